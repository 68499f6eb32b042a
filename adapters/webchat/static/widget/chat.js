// The conversation: what was said, what is on its way, what is still unanswered.
// A line is { id, by: "me" | "bot", text, at, … }: mine has a state, which is sending → sent → answered,
// or failed (it may be tried again) or refused, and a url while its picture can be shown; the bot's has
// an outcome, titles of what it rests on, suggestions, whether it is a person's, whether it asks for a rating, and what the
// visitor thinks of it.
import { deliver, fate } from "./delivery.js";
import { fit } from "./picture.js";
import { Stream } from "./stream.js";
import { waitsFor } from "./waiting.js";

export class Chat {
  #view;
  #server;
  #memory;
  #words;
  #stream;
  #lines = new Map();
  #pictures = new Map();
  #queue = Promise.resolve();
  #session = null;
  #ticking = 0;

  constructor(view, server, memory, words) {
    this.#view = view;
    this.#server = server;
    this.#memory = memory;
    this.#words = words;
    this.#stream = new Stream(
      (signal) => server.events(signal),
      (event) => this.#hear(event),
      (isUp) => view.connected(isUp),
    );
    view.does.open = () => this.#connect();
    view.does.say = (text) => this.#send({ text });
    view.does.picture = (file) => this.#sendPicture(file);
    view.does.retry = (id) => this.#send(this.#lines.get(id));
    view.does.judge = (id, good) => this.#judge(id, good);
    memory.onOthers(() => this.#catchUp());
  }

  // Shows what was said before. A visitor who never opened the chat costs the server nothing.
  resume() {
    for (const line of this.#memory.lines) {
      const cut = line.by === "me" && line.state === "sending";
      this.#put(cut ? { ...line, state: "failed" } : line, { quiet: true });
    }
    if (this.#waitsFor()) this.#connect();
  }

  #connect() {
    this.#session = this.#memory.session?.token;
    this.#ticking ||= setInterval(() => this.#showWaiting(), 1_000);
    this.#stream.start();
  }

  #send(said) {
    const line = { id: newId(), by: "me", at: Date.now(), ...said, state: "sending", note: "" };
    this.#keep(line);
    this.#enqueue(() => this.#deliver(line));
  }

  async #sendPicture(file) {
    const id = newId();
    const text = `[${this.#words.picture}]`;
    const picture = await fit(file).catch(() => null);
    if (!picture) {
      this.#keep({ id, by: "me", at: Date.now(), text, ...fate(415, this.#words) });
      return;
    }
    this.#pictures.set(id, picture);
    this.#send({ id, text, isPicture: true, url: URL.createObjectURL(picture) });
  }

  #judge(id, good) {
    const before = this.#lines.get(id).good;
    if (before === good) return;
    const show = (opinion) => this.#keep({ ...this.#lines.get(id), good: opinion });
    show(good);
    this.#enqueue(async () => {
      const taken = await this.#server.judge(id, good).then(
        () => true,
        () => false,
      );
      show(taken ? good : before);
    });
  }

  // One after the other, so that they arrive in the order they were done.
  #enqueue(task) {
    this.#queue = this.#queue.then(task);
  }

  async #deliver(line) {
    const { id } = line;
    const change = await deliver(line, this.#pictures.get(id), this.#server, this.#words);
    this.#followTheSession();
    if (change.state === "sent") this.#pictures.delete(id);
    // The answer may have overtaken the receipt.
    if (this.#lines.get(id).state !== "answered") this.#keep({ ...line, ...change });
  }

  // A renewed session has a stream of its own.
  #followTheSession() {
    const session = this.#memory.session?.token;
    if (session !== this.#session && this.#session) this.#stream.restart();
    this.#session = session;
  }

  #hear({ id, kind, data }) {
    const content = JSON.parse(data);
    if (kind === "status") this.#view.describe(content);
    if (kind === "reply") this.#hearReply(content);
    if (kind === "said") this.#hearSaid(content);
    if (kind === "partial") this.#hearPartial(content);
    if (kind === "reply" || kind === "status") this.#view.draft(""); // its reply came, or never will
    if (id) this.#memory.reached(id);
  }

  #hearReply({ id, text, answers, at, ...more }) {
    for (const line of this.#answered(answers)) this.#keep({ ...line, state: "answered" });
    if (!this.#lines.has(id)) this.#keep({ id, by: "bot", text, ...more, at: at * 1000 });
  }

  // What a known customer said on another device.
  #hearSaid({ id, text, at }) {
    const said = text || `[${this.#words.picture}]`;
    if (!this.#lines.has(id)) this.#keep({ id, by: "me", text: said, at: at * 1000, state: "sent" });
  }

  #hearPartial({ reply, text }) {
    if (!this.#lines.has(reply)) this.#view.draft(text);
  }

  #answered(ids) {
    return ids.map((id) => this.#lines.get(id)).filter(Boolean);
  }

  #keep(line) {
    this.#memory.remember(line);
    this.#put(line);
  }

  #put(line, { quiet = false } = {}) {
    this.#lines.set(line.id, line);
    this.#view.show(line, { quiet });
    this.#showWaiting();
  }

  // What another tab said or heard belongs here too.
  #catchUp() {
    for (const line of this.#memory.lines) {
      const known = this.#lines.get(line.id);
      if (!known || known.state !== line.state || known.good !== line.good)
        this.#put({ ...known, ...line }, { quiet: true });
    }
    this.#followTheSession();
  }

  #waitsFor() {
    return waitsFor(this.#lines.values());
  }

  #showWaiting() {
    this.#view.waiting(this.#waitsFor());
  }
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
