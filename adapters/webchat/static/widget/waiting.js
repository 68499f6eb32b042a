// For whom the visitor waits: the bot, until it answered, or a person, as soon as it has handed over.
const PATIENCE_MS = 120_000; // no typing sign for a question older than this
const SLOW_MS = 15_000;
const PERSON_MS = 86_400_000; // no shop has one waited for longer

// "bot", "slow" when it takes its time, "person", "attended" while one has the conversation; "" for nobody.
export function waitsFor(lines) {
  const now = Date.now();
  const { handed, open } = stand(lines);
  if (handed && handed.at > now - PERSON_MS) return handed.person ? "attended" : "person";
  const first = open.find((line) => line.state === "sent" && line.at > now - PATIENCE_MS);
  if (!first) return "";
  return now - first.at > SLOW_MS ? "slow" : "bot";
}

// handed: the line by which people have the conversation, or null. open: what the bot is to answer; what was
// open when it handed over, and what is said while they have it, is theirs.
function stand(lines) {
  let handed = null;
  let open = [];
  for (const line of lines) {
    if (line.by === "me" && !handed) open.push(line);
    if (line.by === "bot") handed = line.person || line.outcome === "handed_off" ? line : null;
    if (handed) open = [];
  }
  return { handed, open };
}
