// The conversation: what was said, what is on its way, what is still unanswered.
// A line is { id, by: "me" | "bot", text, at, state, sources }; the states of mine are
// sending → sent → answered, or failed.
import { Stream } from "./stream.js";

const TRIES_MS = [0, 1_000, 3_000];
const PATIENCE_MS = 120_000; // no typing sign for a question older than this
const SLOW_MS = 15_000;

export class Chat {
  #view;
  #server;
  #memory;
  #words;
  #stream;
  #lines = new Map();
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
    view.onOpen = () => this.#connect();
    view.onSay = (text) => this.#say(text);
    view.onRetry = (id) => this.#retry(id);
    memory.onOthers(() => this.#catchUp());
  }

  // Shows what was said before. A visitor who never opened the chat costs the server nothing.
  resume() {
    for (const line of this.#memory.lines) {
      const cut = line.by === "me" && line.state === "sending";
      this.#put(cut ? { ...line, state: "failed" } : line, { quiet: true });
    }
    if (this.#waiting().length) this.#connect();
  }

  #connect() {
    this.#session = this.#memory.session?.token;
    this.#ticking ||= setInterval(() => this.#showWaiting(), 1_000);
    this.#stream.start();
  }

  #say(text) {
    const line = { id: newId(), by: "me", text, at: Date.now(), state: "sending" };
    this.#keep(line);
    this.#enqueue(line);
  }

  #retry(id) {
    const line = { ...this.#lines.get(id), state: "sending", note: "" };
    this.#keep(line);
    this.#enqueue(line);
  }

  // One after the other, so that they arrive in the order they were said.
  #enqueue(line) {
    this.#queue = this.#queue.then(() => this.#deliver(line));
  }

  async #deliver(line) {
    let failure;
    for (const pause of TRIES_MS) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      failure = await this.#server.post(line.id, line.text).then(
        () => null,
        (error) => error,
      );
      if (!failure?.passing) break;
    }
    this.#followTheSession();
    // The answer may have overtaken the receipt.
    if (this.#lines.get(line.id).state === "answered") return;
    this.#keep(
      failure ? { ...line, state: "failed", note: this.#noteOn(failure) } : { ...line, state: "sent" },
    );
  }

  #noteOn({ status }) {
    if (status === 429) return this.#words.tooFast;
    return status === 400 || status === 413 ? this.#words.refused : "";
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
    if (id) this.#memory.reached(id);
  }

  #hearReply({ id, text, answers, sources }) {
    for (const line of this.#answered(answers)) this.#keep({ ...line, state: "answered" });
    if (!this.#lines.has(id)) this.#keep({ id, by: "bot", text, sources, at: Date.now() });
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
      if (this.#lines.get(line.id)?.state !== line.state || !this.#lines.has(line.id))
        this.#put(line, { quiet: true });
    }
    this.#followTheSession();
  }

  #waiting() {
    const since = Date.now() - PATIENCE_MS;
    return [...this.#lines.values()].filter((line) => line.state === "sent" && line.at > since);
  }

  #showWaiting() {
    const [first] = this.#waiting();
    this.#view.waiting(Boolean(first), Boolean(first) && Date.now() - first.at > SLOW_MS);
  }
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
