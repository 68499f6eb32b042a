// What the visitor sees: the launcher and the panel, in a shadow root so that no page's style reaches in.
import { Bubble, timeAbove } from "./bubble.js";
import { Composer } from "./composer.js";
import { CHAT_ICON, CLOSE_ICON, el, icon } from "./dom.js";

const LOST_MS = 3_000; // a stream that comes back sooner was not worth a word
const NEAR_END_PX = 120;

export class View {
  onOpen = () => {};
  onSay = () => {};
  onRetry = () => {};
  #words;
  #bubbles = new Map();
  #before = null;
  #unread = 0;
  #opener = null;
  #lost = 0;

  constructor(words) {
    this.#words = words;
    this.host = el("div", { id: "kefu-chat" });
    this.#build();
    const root = this.host.attachShadow({ mode: "open" });
    dress(root);
    root.append(this.panel, this.launcher);
    document.addEventListener("keydown", (event) => this.#escape(event));
    visualViewport?.addEventListener("resize", () => this.#fitToKeyboard());
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  open({ focus = true, opener = null } = {}) {
    this.#opener = opener;
    this.panel.hidden = false;
    this.host.classList.add("open");
    this.launcher.setAttribute("aria-expanded", "true");
    this.#count(0);
    this.onOpen();
    this.#toEnd();
    if (focus) this.composer.focus();
  }

  close() {
    this.panel.hidden = true;
    this.host.classList.remove("open");
    this.launcher.setAttribute("aria-expanded", "false");
    (this.#opener ?? this.launcher).focus();
  }

  // What the server says of itself: { title, mode, greeting, suggestions }.
  describe({ title, mode, greeting, suggestions }) {
    this.title.textContent = title || this.#words.title;
    this.badge.textContent = this.#words.modes[mode] ?? "";
    this.badge.dataset.mode = mode;
    this.badge.hidden = !this.badge.textContent;
    const hello = greeting ? [new Bubble({ by: "bot", text: greeting }, this.#words).element] : [];
    this.welcome.replaceChildren(...hello, this.#chips(suggestions ?? []));
    this.#toEnd();
  }

  show(line, { quiet = false } = {}) {
    const known = this.#bubbles.get(line.id);
    if (known) return known.update(line);
    const follow = line.by === "me" || this.#isNearEnd();
    this.#append(line);
    if (follow) this.#toEnd();
    if (line.by === "bot" && !quiet && !this.isOpen) this.#count(this.#unread + 1);
  }

  waiting(isWaiting, isSlow) {
    const text = isSlow ? this.#words.slow : "";
    if (this.typing.hidden === !isWaiting && this.slow.textContent === text) return;
    const follow = this.#isNearEnd();
    this.typing.hidden = !isWaiting;
    this.slow.textContent = text;
    if (follow) this.#toEnd();
  }

  connected(isUp) {
    clearTimeout(this.#lost);
    if (isUp) this.notice.textContent = "";
    else this.#lost = setTimeout(() => (this.notice.textContent = this.#words.reconnecting), LOST_MS);
  }

  #build() {
    const words = this.#words;
    this.composer = new Composer(words, (text) => this.onSay(text));
    this.welcome = el("div", { class: "welcome" });
    this.log = el("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": words.log });
    this.slow = el("span", { class: "slow" });
    this.typing = el("div", { class: "typing", role: "status", hidden: true }, ...dots(words.typing), this.slow);
    this.log.append(this.welcome);
    this.scroll = el("div", { class: "scroll", tabindex: 0, "aria-label": words.log, role: "group" }, this.log, this.typing);
    this.notice = el("div", { class: "notice", role: "status" });
    this.panel = el("section", { class: "panel", id: "panel", role: "dialog", "aria-labelledby": "title", hidden: true });
    this.panel.append(this.#header(), this.notice, this.scroll, this.composer.element);
    this.launcher = this.#launcher();
  }

  #header() {
    this.title = el("h2", { id: "title" }, this.#words.title);
    this.badge = el("span", { class: "badge", hidden: true });
    const close = el("button", { type: "button", class: "close", "aria-label": this.#words.close, onclick: () => this.close() }, icon(...CLOSE_ICON));
    return el("header", {}, el("span", { class: "face" }, icon(...CHAT_ICON)), el("div", { class: "name" }, this.title, this.badge), close);
  }

  #launcher() {
    this.dot = el("span", { class: "unread", "aria-hidden": "true", hidden: true });
    const attributes = { type: "button", class: "launcher", "aria-label": this.#words.open, "aria-expanded": "false", "aria-controls": "panel" };
    return el("button", { ...attributes, onclick: () => (this.isOpen ? this.close() : this.open()) }, icon(...CHAT_ICON), this.dot);
  }

  #chips(suggestions) {
    const chips = suggestions.map((text) => el("button", { type: "button", class: "chip", onclick: () => this.onSay(text) }, text));
    return el("div", { class: "chips", role: "group", "aria-label": this.#words.suggestions }, ...chips);
  }

  #append(line) {
    const bubble = new Bubble(line, this.#words, (id) => this.onRetry(id));
    this.#bubbles.set(line.id, bubble);
    const time = timeAbove(line, this.#before);
    this.log.append(...(time ? [time] : []), bubble.element);
    this.#before = line;
  }

  #count(unread) {
    this.#unread = unread;
    this.dot.hidden = !unread;
    this.dot.textContent = unread > 9 ? "9+" : unread;
    this.launcher.setAttribute("aria-label", unread ? this.#words.unread(unread) : this.#words.open);
  }

  #escape(event) {
    if (event.key === "Escape" && this.isOpen && !event.isComposing) this.close();
  }

  #isNearEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR_END_PX;
  }

  #toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  // iOS lays its keyboard over the page instead of making it smaller.
  #fitToKeyboard() {
    this.host.style.setProperty("--kefu-height", `${visualViewport.height}px`);
    if (this.isOpen) this.#toEnd();
  }
}

function dots(label) {
  const three = [1, 2, 3].map(() => el("i"));
  return [el("span", { class: "unseen" }, label), el("span", { class: "dots", "aria-hidden": "true" }, ...three)];
}

// A constructed sheet, since a page's Content-Security-Policy may forbid style elements.
function dress(root) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(el("style", {}, STYLE)); // Safari before 16.4
  }
}
