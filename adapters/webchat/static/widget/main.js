// The start: reads the script tag, builds the chat, puts it on the page.
//   <script src="https://…/widget.js" data-channel="web" data-open defer></script>
// A page that knows its customer says so, signed: data-user, data-user-expires, data-user-signature.
// Any element with the attribute data-kefu-open opens the chat when it is clicked.
import { Chat } from "./chat.js";
import { Memory } from "./memory.js";
import { Server } from "./server.js";
import { View } from "./view.js";
import { wordsFor } from "./words.js";

const PHONE = "(max-width: 520px)";

function start(script) {
  const base = new URL(".", script.src).href;
  const channel = script.dataset.channel || "web";
  const words = wordsFor(script.dataset.lang || navigator.language);
  const identity = identityOn(script.dataset);
  const memory = new Memory(["kefu", base, channel, ...(identity ? [identity.user] : [])].join(":"));
  const view = new View(words);
  const chat = new Chat(view, new Server(base, channel, memory, identity), memory, words);
  document.body.append(view.host);
  openOnClicks(view);
  chat.resume();
  // On a phone the panel covers the page, which nobody asked for yet.
  if ("open" in script.dataset && !matchMedia(PHONE).matches) view.open({ focus: false });
}

function identityOn({ user, userExpires, userSignature }) {
  return user ? { user, expires: Number(userExpires), signature: userSignature ?? "" } : null;
}

function openOnClicks(view) {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-kefu-open]");
    if (opener) view.open({ opener });
  });
}

const tag = document.currentScript || document.querySelector('script[src*="widget.js"]');
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => start(tag));
else start(tag);
