// What was said, from the greeting to the answer that is being made.
import { Bubble, theirs } from "./bubble.js";
import { chips } from "./chips.js";
import { el } from "./dom.js";
import { timeAbove } from "./time.js";

const NEAR_END_PX = 120;

export class Talk {
  #words;
  #does;
  #bubbles = new Map();
  #before = null;
  #welcome = el("div", { class: "welcome" });
  #offers = el("div");
  // Outside the log: a screen reader hears an answer once, when it is whole.
  #draft = el("div", { class: "line bot draft", "aria-busy": "true", hidden: true });
  #dots;
  #why = el("span");
  #log;
  #typing;

  constructor(words, does) {
    this.#words = words;
    this.#does = does;
    const live = {
      role: "log",
      "aria-live": "polite",
      "aria-relevant": "additions",
      "aria-label": words.log,
    };
    this.#log = el("div", { class: "log", ...live }, this.#welcome);
    this.#dots = el("span", {}, ...dots(words.typing));
    this.#typing = el(
      "div",
      { class: "typing", role: "status", hidden: true },
      this.#dots,
      this.#why,
    );
    const reach = { tabindex: 0, role: "group", "aria-label": words.log };
    const parts = [this.#log, this.#offers, this.#draft, this.#typing];
    this.element = el("div", { class: "scroll", ...reach }, ...parts);
  }

  greet(greeting, suggestions) {
    const hello = greeting ? [new Bubble({ by: "bot", text: greeting }, this.#words).element] : [];
    const offers = chips({ suggestions }, this.#words, this.#does);
    this.#keepingUp(() => this.#welcome.replaceChildren(...hello, ...offers));
  }

  // Returns true when the line is new.
  show(line) {
    const known = this.#bubbles.get(line.id);
    if (known) this.#keepingUp(() => known.update(line));
    else this.#keepingUp(() => this.#append(line), line.by === "me");
    return !known;
  }

  // The whole text so far; empty when there is none any more.
  draft(text) {
    if (!text && this.#draft.hidden) return;
    this.#keepingUp(() => {
      this.#draft.replaceChildren(...(text ? [theirs(text)] : []));
      this.#draft.hidden = !text;
      if (text) this.#typing.hidden = true;
    });
  }

  // As waiting.js has it. While a person has the conversation nobody of ours types.
  waiting(whom) {
    const text = { slow: this.#words.slow, person: this.#words.waiting }[whom] ?? "";
    const isHidden = !(text || whom === "bot") || !this.#draft.hidden;
    if (this.#typing.hidden === isHidden && this.#why.textContent === text) return;
    this.#keepingUp(() => {
      this.#typing.hidden = isHidden;
      this.#dots.hidden = whom === "person";
      this.#why.textContent = text;
    });
  }

  toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
  }

  #append(line) {
    const bubble = new Bubble(line, this.#words, this.#does);
    this.#bubbles.set(line.id, bubble);
    const time = timeAbove(line, this.#before);
    bubble.element.classList.toggle("drafted", !this.#draft.hidden);
    this.#log.append(...(time ? [time] : []), bubble.element);
    this.#offers.replaceChildren(...chips(line, this.#words, this.#does));
    this.#before = line;
  }

  // Whoever scrolled up to read is not pulled down again.
  #keepingUp(change, always = false) {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    change();
    if (always || scrollHeight - scrollTop - clientHeight < NEAR_END_PX) this.toEnd();
  }
}

function dots(label) {
  const three = [1, 2, 3].map(() => el("i"));
  const drawn = el("span", { class: "dots", "aria-hidden": "true" }, ...three);
  return [el("span", { class: "unseen" }, label), drawn];
}
