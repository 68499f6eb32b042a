// One line of the conversation as an element, and the changes of its state.
import { button, el } from "./dom.js";
import { withLinks } from "./links.js";

export class Bubble {
  #state = el("div", { class: "state" });
  #words;
  #onRetry;

  constructor(line, words, onRetry = () => {}) {
    this.#words = words;
    this.#onRetry = onRetry;
    this.element = line.by === "me" ? this.#mine(line) : this.#theirs(line);
    this.update(line);
  }

  // In place, so that a screen reader does not read the line again.
  update({ id, state, note }) {
    if (state === "failed")
      this.#state.replaceChildren(note || this.#words.failed, " · ", this.#retryButton(id));
    else this.#state.replaceChildren({ sending: this.#words.sending, sent: this.#words.sent }[state] ?? "");
    this.#state.hidden = !this.#state.textContent;
    this.element.dataset.state = state || "";
  }

  #mine({ text }) {
    return el(
      "div",
      { class: "line me" },
      this.#speaker("me"),
      el("p", { class: "bubble" }, text),
      this.#state,
    );
  }

  #theirs({ text, sources }) {
    const bubble = el("p", { class: "bubble" }, ...withLinks(text));
    const below = sources?.length ? [this.#sources(sources)] : [];
    return el("div", { class: "line bot" }, this.#speaker("bot"), bubble, ...below);
  }

  #speaker(by) {
    return el("span", { class: "unseen" }, `${this.#words[by]}：`);
  }

  #sources(sources) {
    const summary = el("summary", {}, this.#words.sources(sources.length));
    const items = sources.map((source) => el("li", {}, source));
    return el("details", { class: "sources" }, summary, el("ul", {}, ...items));
  }

  #retryButton(id) {
    return button("retry", () => this.#onRetry(id), {}, this.#words.retry);
  }
}

const PAUSE_MS = 5 * 60_000;

// The time of day above a line that follows a pause; null when it goes on from the one before.
export function timeAbove(line, before) {
  if (before && line.at - before.at < PAUSE_MS) return null;
  const at = new Date(line.at);
  const today = at.toDateString() === new Date().toDateString();
  const day = today ? {} : { month: "numeric", day: "numeric" };
  return el(
    "p",
    { class: "time" },
    at.toLocaleString([], { ...day, hour: "2-digit", minute: "2-digit", hour12: false }),
  );
}
