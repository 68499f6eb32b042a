// What outlives the page: the session, the last event seen and the transcript, in localStorage.
// Read afresh each time, since other tabs of the shop write there too. Without it (private windows,
// a full disk) everything works for as long as the page is open.
const KEPT = 100;

export class Memory {
  #name;
  #own = { session: null, last: "", lines: [] };

  constructor(name) {
    this.#name = name;
  }

  get session() {
    return this.#read().session;
  }

  get last() {
    return this.#read().last;
  }

  get lines() {
    return this.#read().lines;
  }

  // A stranger's new session is a new conversation on the server, so its events count from the start; a
  // known customer's is the one they had.
  openSession(session) {
    const now = this.#read();
    const last = now.of === session.session ? now.last : "";
    this.#write({ ...now, session, of: session.session, last });
  }

  dropSession(token) {
    const now = this.#read();
    if (now.session?.token === token) this.#write({ ...now, session: null });
  }

  remember(line) {
    const now = this.#read();
    const kept = { ...line, url: undefined }; // a picture's address is the page's own
    const isNew = !now.lines.some((known) => known.id === line.id);
    const lines = isNew
      ? [...now.lines, kept]
      : now.lines.map((known) => (known.id === line.id ? kept : known));
    this.#write({ ...now, lines: lines.slice(-KEPT) });
  }

  reached(last) {
    this.#write({ ...this.#read(), last });
  }

  // Calls back when another tab wrote.
  onOthers(callback) {
    addEventListener("storage", (event) => event.key === this.#name && callback());
  }

  #read() {
    try {
      this.#own = { ...this.#own, ...JSON.parse(localStorage.getItem(this.#name)) };
    } catch {
      // what we hold ourselves has to do
    }
    return this.#own;
  }

  #write(state) {
    this.#own = state;
    try {
      localStorage.setItem(this.#name, JSON.stringify(state));
    } catch {
      // the same
    }
  }
}
