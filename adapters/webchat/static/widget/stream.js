// Keeps an event stream open: reads it, notices when it died, comes back with growing patience.
// By fetch and not by EventSource, which can set no header: the token would stand in addresses and logs.
const SILENCE_MS = 40_000; // the server says something every 15 s
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

export class Stream {
  #connect;
  #hear;
  #tell;
  #abort = null;
  #wake = () => {};
  #running = false;
  #hurry = false;

  // connect(signal) → Response; hear({ id, kind, data }); tell(isUp)
  constructor(connect, hear, tell) {
    this.#connect = connect;
    this.#hear = hear;
    this.#tell = tell;
  }

  start() {
    if (this.#running) return;
    this.#running = true;
    addEventListener("online", () => this.restart());
    this.#run();
  }

  restart() {
    this.#hurry = true;
    this.#abort?.abort();
    this.#wake();
  }

  async #run() {
    for (let failures = 0; ; failures++) {
      try {
        await this.#follow(() => (failures = 0));
      } catch {
        // whatever cut it, the cure is the same
      }
      this.#tell(false);
      if (!this.#hurry) await this.#pause(Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS));
      this.#hurry = false;
    }
  }

  async #follow(heard) {
    this.#abort = new AbortController();
    const watch = watchdog(() => this.#abort.abort());
    try {
      const response = await this.#connect(this.#abort.signal);
      this.#tell(true);
      for await (const event of eventsOf(response.body, watch.alive)) {
        heard();
        this.#hear(event);
      }
    } finally {
      watch.stop();
    }
  }

  // With some chance in it, so that a restarted gateway does not meet all visitors at once.
  #pause(milliseconds) {
    return new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, milliseconds * (0.5 + Math.random() / 2));
    });
  }
}

function watchdog(bark) {
  let timer = setTimeout(bark, SILENCE_MS);
  const stop = () => clearTimeout(timer);
  const alive = () => {
    stop();
    timer = setTimeout(bark, SILENCE_MS);
  };
  return { alive, stop };
}

async function* eventsOf(body, alive) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = blocks.pop();
    yield* blocks.map(readEvent).filter((event) => event.data);
  }
}

function readEvent(block) {
  const event = { id: "", kind: "message", data: "" };
  for (const line of block.split("\n")) {
    const [, name, value] = /^(\w*): ?(.*)$/s.exec(line) || [];
    if (name === "id") event.id = value;
    else if (name === "event") event.kind = value;
    else if (name === "data") event.data += event.data ? `\n${value}` : value;
  }
  return event;
}
