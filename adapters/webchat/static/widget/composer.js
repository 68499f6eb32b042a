// Where the visitor writes: Enter sends, Shift+Enter breaks the line.
import { pictureButton } from "./attach.js";
import { SEND_ICON, el, icon } from "./dom.js";

export class Composer {
  #field;
  #send;
  #does;

  constructor(words, does) {
    this.#does = does;
    this.#send = el(
      "button",
      { type: "submit", class: "send", "aria-label": words.send, disabled: true },
      icon(...SEND_ICON),
    );
    this.#field = el("textarea", {
      rows: 1,
      "aria-label": words.field,
      placeholder: words.placeholder,
      enterkeyhint: "send",
      oninput: () => this.#fit(),
      onkeydown: (event) => this.#press(event),
    });
    this.element = el(
      "form",
      { class: "composer", onsubmit: (event) => this.#submit(event) },
      ...pictureButton(words, does),
      this.#field,
      this.#send,
    );
  }

  focus() {
    this.#field.focus();
  }

  #press(event) {
    // Enter ends the spelling of a Chinese word and must not send it. 229 is how Safari says so, which
    // ends the composition just before it reports the key.
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key === "Enter" && !event.shiftKey && !composing) this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    const text = this.#field.value.trim();
    if (!text) return;
    this.#field.value = "";
    this.#fit();
    this.#does.say(text);
  }

  #fit() {
    this.#send.disabled = !this.#field.value.trim();
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight}px`;
  }
}
