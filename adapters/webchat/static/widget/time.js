// When something was said.
import { el } from "./dom.js";

const PAUSE_MS = 5 * 60_000;

// The time of day above a line that follows a pause; null when it goes on from the one before.
export function timeAbove(line, before) {
  if (before && line.at - before.at < PAUSE_MS) return null;
  const at = new Date(line.at);
  const today = at.toDateString() === new Date().toDateString();
  const day = today ? {} : { month: "numeric", day: "numeric" };
  return el(
    "p",
    { class: "time" },
    at.toLocaleString([], { ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
  );
}
