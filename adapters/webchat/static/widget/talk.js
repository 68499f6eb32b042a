// What was said, from the greeting to the dots that say an answer is on its way.
import { Bubble, timeAbove } from "./bubble.js";
import { button, el } from "./dom.js";

const NEAR_END_PX = 120;

export class Talk {
  #words;
  #bubbles = new Map();
  #before = null;
  #welcome = el("div", { class: "welcome" });
  #slow = el("span", { class: "slow" });
  #log;
  #typing;

  constructor(words) {
    this.#words = words;
    const live = {
      role: "log",
      "aria-live": "polite",
      "aria-relevant": "additions",
      "aria-label": words.log,
    };
    this.#log = el("div", { class: "log", ...live }, this.#welcome);
    this.#typing = el(
      "div",
      { class: "typing", role: "status", hidden: true },
      ...dots(words.typing),
      this.#slow,
    );
    const reach = { tabindex: 0, role: "group", "aria-label": words.log };
    this.element = el("div", { class: "scroll", ...reach }, this.#log, this.#typing);
  }

  greet(greeting, suggestions, onSay) {
    const hello = greeting ? [new Bubble({ by: "bot", text: greeting }, this.#words).element] : [];
    const chips = suggestions.map((text) => button("chip", () => onSay(text), {}, text));
    const group = { class: "chips", role: "group", "aria-label": this.#words.suggestions };
    this.#keepingUp(() => this.#welcome.replaceChildren(...hello, el("div", group, ...chips)));
  }

  // Returns true when the line is new.
  show(line, onRetry) {
    const known = this.#bubbles.get(line.id);
    if (known) this.#keepingUp(() => known.update(line));
    else this.#keepingUp(() => this.#append(line, onRetry), line.by === "me");
    return !known;
  }

  waiting(isWaiting, isSlow) {
    const text = isSlow ? this.#words.slow : "";
    if (this.#typing.hidden === !isWaiting && this.#slow.textContent === text) return;
    this.#keepingUp(() => {
      this.#typing.hidden = !isWaiting;
      this.#slow.textContent = text;
    });
  }

  toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
  }

  #append(line, onRetry) {
    const bubble = new Bubble(line, this.#words, onRetry);
    this.#bubbles.set(line.id, bubble);
    const time = timeAbove(line, this.#before);
    this.#log.append(...(time ? [time] : []), bubble.element);
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
