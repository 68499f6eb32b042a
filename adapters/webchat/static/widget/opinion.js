// 👍 and 👎 under a reply: two toggles, of which one at most is pressed.
import { THUMB_ICON, button, el, icon } from "./dom.js";

export class Opinion {
  #good;
  #bad;

  constructor(words, onJudge) {
    const thumb = (label, good) =>
      button("thumb", () => onJudge(good), { "aria-label": label, title: label }, icon(...THUMB_ICON));
    this.#good = thumb(words.good, true);
    this.#bad = thumb(words.bad, false);
    // Off, since a new reply is read out, and its buttons should not be.
    const group = { class: "opinion", role: "group", "aria-label": words.opinion, "aria-live": "off" };
    this.element = el("div", group, this.#good, this.#bad);
  }

  show(good) {
    this.#good.setAttribute("aria-pressed", good === true);
    this.#bad.setAttribute("aria-pressed", good === false);
  }
}
