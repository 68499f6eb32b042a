// Pictures from the visitor: picked, pasted or dropped.
import { PICTURE_ICON, button, el, icon } from "./dom.js";

const TYPES = "image/png,image/jpeg,image/gif,image/webp";
const MOST = 5;

// The button, and the browser's own picker behind it.
export function pictureButton(words, does) {
  const take = () => {
    [...picker.files].slice(0, MOST).forEach(does.picture);
    picker.value = "";
  };
  const picker = el("input", { type: "file", accept: TYPES, multiple: true, hidden: true, onchange: take });
  const label = { "aria-label": words.attach, title: words.attach };
  return [button("attach", () => picker.click(), label, icon(...PICTURE_ICON)), picker];
}

export function takePictures(element, does) {
  const take = (event, data) => {
    // A copied table comes as words and as a picture of them.
    if (!data?.files.length || data.getData("text/plain")) return;
    event.preventDefault();
    [...data.files].slice(0, MOST).forEach(does.picture);
  };
  element.addEventListener("paste", (event) => take(event, event.clipboardData));
  element.addEventListener("drop", (event) => take(event, event.dataTransfer));
  // Without this the browser would leave the page to show the file.
  element.addEventListener("dragover", (event) => event.preventDefault());
}
