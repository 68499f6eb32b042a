// One line of the conversation as an element, and the changes of its state.
import { button, el } from "./dom.js";
import { Opinion } from "./opinion.js";
import { rich } from "./rich.js";

export class Bubble {
  #state = el("div", { class: "state" });
  #opinion;
  #words;
  #does;

  constructor(line, words, does) {
    this.#words = words;
    this.#does = does;
    this.element = line.by === "me" ? this.#mine(line) : this.#theirs(line);
    this.update(line);
  }

  // In place, so that a screen reader does not read the line again.
  update({ id, state, note, good }) {
    this.#opinion?.show(good);
    const said = state === "failed" || state === "refused" ? note || this.#words.failed : this.#words[state];
    this.#state.replaceChildren(said ?? "");
    if (state === "failed") this.#state.append(" · ", this.#retryButton(id));
    this.#state.hidden = !this.#state.textContent;
    this.element.dataset.state = state || "";
  }

  #mine({ text, url }) {
    const said = url
      ? el("img", { class: "picture", src: url, alt: this.#words.picture })
      : el("p", { class: "bubble" }, text);
    return el("div", { class: "line me" }, this.#speaker("me"), said, this.#state);
  }

  // By their titles: the files themselves are the shop's own business.
  #theirs({ id, text, titles }) {
    const below = titles?.length ? [this.#sources(titles)] : [];
    if (id) {
      this.#opinion = new Opinion(this.#words, (good) => this.#does.judge(id, good));
      below.push(this.#opinion.element);
    }
    const foot = el("div", { class: "foot" }, ...below);
    return el("div", { class: "line bot" }, this.#speaker("bot"), theirs(text), foot);
  }

  #speaker(by) {
    return el("span", { class: "unseen" }, `${this.#words[by]}：`);
  }

  #sources(titles) {
    const summary = el("summary", {}, this.#words.sources(titles.length));
    const items = titles.map((title) => el("li", {}, title));
    return el("details", { class: "sources" }, summary, el("ul", {}, ...items));
  }

  #retryButton(id) {
    return button("retry", () => this.#does.retry(id), {}, this.#words.retry);
  }
}

export function theirs(text) {
  return el("p", { class: "bubble" }, ...rich(text));
}
