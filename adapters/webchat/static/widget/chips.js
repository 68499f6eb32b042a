// Questions to ask with one click.
import { button, el } from "./dom.js";

export function chips(texts, words, does) {
  if (!texts?.length) return [];
  const each = texts.map((text) => button("chip", () => does.say(text), {}, text));
  return [el("div", { class: "chips", role: "group", "aria-label": words.suggestions }, ...each)];
}
