// What the visitor sees: the launcher and the panel, in a shadow root so that no page's style reaches in.
import { takePictures } from "./attach.js";
import { Composer } from "./composer.js";
import { CHAT_ICON, CLOSE_ICON, button, el, icon } from "./dom.js";
import { Talk } from "./talk.js";

const TO_A_PERSON = "转人工"; // as the bot understands it, whatever the page's language
const LOST_MS = 3_000; // a stream that comes back sooner was not worth a word

export class View {
  // What the visitor can do: open, say, picture, retry, judge. The chat fills it in.
  does = {};
  #words;
  #talk;
  #composer;
  #panel;
  #launcher;
  #title = el("h2", { id: "title" });
  #person = null;
  #badge = el("span", { class: "badge", hidden: true });
  #notice = el("div", { class: "notice", role: "status" });
  #dot = el("span", { class: "unread", "aria-hidden": "true", hidden: true });
  #unread = 0;
  #opener = null;
  #lost = 0;

  constructor(words) {
    this.#words = words;
    this.#talk = new Talk(words, this.does);
    this.#composer = new Composer(words, this.does);
    this.#panel = this.#buildPanel();
    this.#launcher = this.#buildLauncher();
    this.host = el("div", { id: "kefu-chat" });
    const root = this.host.attachShadow({ mode: "open" });
    dress(root);
    root.append(this.#panel, this.#launcher);
    document.addEventListener("keydown", (event) => this.#escape(event));
    visualViewport?.addEventListener("resize", () => this.#fitToKeyboard());
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  open({ focus = true, opener = null } = {}) {
    this.#opener = opener;
    this.#turn(true);
    this.#count(0);
    this.does.open();
    this.#talk.toEnd();
    if (focus) this.#composer.focus();
  }

  close() {
    this.#turn(false);
    (this.#opener ?? this.#launcher).focus();
  }

  // What the server says of itself.
  describe({ title, mode, greeting, suggestions, people }) {
    this.#title.textContent = title || this.#words.title;
    this.#badge.textContent = this.#words.modes[mode] ?? "";
    this.#badge.dataset.mode = mode;
    this.#badge.hidden = !this.#badge.textContent;
    this.#person.hidden = !people;
    this.#talk.greet(greeting, suggestions);
  }

  show(line, { quiet = false } = {}) {
    const isNew = this.#talk.show(line);
    if (isNew && line.by === "bot" && !quiet && !this.isOpen) this.#count(this.#unread + 1);
  }

  draft(text) {
    this.#talk.draft(text);
  }

  waiting(whom) {
    this.#talk.waiting(whom);
  }

  connected(isUp) {
    if (!isUp) {
      this.#lost ||= setTimeout(() => (this.#notice.textContent = this.#words.reconnecting), LOST_MS);
      return;
    }
    clearTimeout(this.#lost);
    this.#lost = 0;
    this.#notice.textContent = "";
  }

  #buildPanel() {
    this.#title.textContent = this.#words.title;
    const close = button(
      "close",
      () => this.close(),
      { "aria-label": this.#words.close },
      icon(...CLOSE_ICON),
    );
    const ask = () => this.does.say(TO_A_PERSON);
    this.#person = button("person", ask, { hidden: true }, this.#words.person);
    const face = el("span", { class: "face" }, icon(...CHAT_ICON));
    const name = el("div", { class: "name" }, this.#title, this.#badge);
    const header = el("header", {}, face, name, this.#person, close);
    const role = { id: "panel", role: "dialog", "aria-labelledby": "title", hidden: true };
    const parts = [header, this.#notice, this.#talk.element, this.#composer.element];
    const panel = el("section", { class: "panel", ...role }, ...parts);
    takePictures(panel, this.does);
    return panel;
  }

  #buildLauncher() {
    const label = { "aria-label": this.#words.open, "aria-expanded": "false", "aria-controls": "panel" };
    const toggle = () => (this.isOpen ? this.close() : this.open());
    return button("launcher", toggle, label, icon(...CHAT_ICON), this.#dot);
  }

  #turn(isOpen) {
    this.#panel.hidden = !isOpen;
    this.host.classList.toggle("open", isOpen);
    this.#launcher.setAttribute("aria-expanded", isOpen);
  }

  #count(unread) {
    this.#unread = unread;
    this.#dot.hidden = !unread;
    this.#dot.textContent = unread > 9 ? "9+" : unread;
    this.#launcher.setAttribute("aria-label", unread ? this.#words.unread(unread) : this.#words.open);
  }

  #escape(event) {
    if (event.key === "Escape" && this.isOpen && !event.isComposing) this.close();
  }

  // iOS lays its keyboard over the page instead of making it smaller.
  #fitToKeyboard() {
    this.host.style.setProperty("--kefu-height", `${visualViewport.height}px`);
    if (this.isOpen) this.#talk.toEnd();
  }
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
