// Small helpers to build elements. Text goes in as text nodes only, so no customer's word becomes markup.

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export function button(className, onclick, attributes, ...children) {
  return el("button", { type: "button", class: className, onclick, ...attributes }, ...children);
}

// A line drawing on a 24 × 24 grid, hidden from screen readers: its button has a label.
export function icon(...paths) {
  const svg = shape("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" });
  svg.append(...paths.map((d) => shape("path", { d })));
  return svg;
}

function shape(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

export const CHAT_ICON = ["M4 5.5h16v11H11l-4.5 3.5v-3.5H4z", "M8.5 11h.01M12 11h.01M15.5 11h.01"];
export const CLOSE_ICON = ["M6 9.5l6 6 6-6"];
export const SEND_ICON = ["M12 19V5.5", "M6 11l6-6 6 6"];
export const PICTURE_ICON = ["M4 5.5h16v13H4z", "M4.5 16.5l4.5-4.5 4 4 3-3 3.5 3.5", "M15 9.5h.01"];
export const THUMB_ICON = [
  "M11.5 4.5c1.8 0 2 1.6 1.6 3.2l-.6 2.3h5c1.4 0 2.2 1 1.9 2.3l-1 4.6c-.3 1.3-1.2 2.1-2.5 2.1H8.5v-8z",
  "M4.5 11h4v8h-4z",
];
