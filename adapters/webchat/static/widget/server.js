// Talks to the gateway: opens sessions, renews them when they ran out, sends what the visitor says.

export class Failure extends Error {
  constructor(status) {
    super(`status ${status}`);
    this.status = status;
    // Worth another try: no answer at all, or a fault of the server's.
    this.passing = status === 0 || status >= 500;
  }
}

export class Server {
  #base;
  #memory;
  #identity;
  #opening = null;

  // identity: { user, expires, signature } as the shop's page gave it, or null.
  constructor(base, channel, memory, identity) {
    this.#identity = identity;
    this.#base = `${base}webchat/${encodeURIComponent(channel)}`;
    this.#memory = memory;
  }

  // Resolves once the message is stored. Sending the same id again does no harm.
  async post(id, text, picture) {
    const what = picture ? { media: await this.#upload(picture) } : { text };
    await this.#ask("messages", json({ id, ...what }));
  }

  async judge(reply, good) {
    await this.#ask("opinions", json({ reply, good }));
  }

  // The open event stream after the last event seen.
  events(signal) {
    // A function, because a renewed session has no last event.
    const headers = () => (this.#memory.last ? { "Last-Event-ID": this.#memory.last } : {});
    return this.#ask("events", { signal, cache: "no-store" }, headers);
  }

  async #upload(picture) {
    const headers = { "Content-Type": picture.type };
    const response = await this.#ask("media", { method: "POST", headers, body: picture });
    return (await response.json()).media;
  }

  async #ask(path, options, more = () => ({})) {
    for (let attempt = 0; ; attempt++) {
      const token = await this.#token();
      const headers = { ...options.headers, Authorization: `Bearer ${token}`, ...more() };
      const response = await request(`${this.#base}/${path}`, { ...options, headers });
      if (response.ok) return response;
      if (response.status !== 401 || attempt) throw new Failure(response.status);
      this.#memory.dropSession(token);
    }
  }

  async #token() {
    if (this.#memory.session) return this.#memory.session.token;
    this.#opening ??= this.#open().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #open() {
    const options = this.#identity ? json(this.#identity) : { method: "POST" };
    const response = await request(`${this.#base}/sessions`, options);
    if (!response.ok) throw new Failure(response.status);
    const session = await response.json();
    this.#memory.openSession(session);
    return session.token;
  }
}

function json(value) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };
}

async function request(url, options) {
  try {
    return await fetch(url, { ...options, credentials: "omit" });
  } catch {
    throw new Failure(0);
  }
}
