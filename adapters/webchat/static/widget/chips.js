// What can be said with one click: questions, or stars where a reply asks for a rating.
import { button, el } from "./dom.js";

const STARS = [..."12345"].map((count) => count + "星"); // as the bot understands it, like 转人工
const RATED_MS = 3_600_000; // later it would be a question like others

export function chips({ rate, at, suggestions }, words, does) {
  const rates = rate && Date.now() - at < RATED_MS;
  const texts = rates ? STARS : suggestions;
  if (!texts?.length) return [];
  const each = texts.map((text) => button("chip", () => does.say(text), {}, text));
  const label = rates ? words.rating : words.suggestions;
  return [el("div", { class: "chips", role: "group", "aria-label": label }, ...each)];
}
