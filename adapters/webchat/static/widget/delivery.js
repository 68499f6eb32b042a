// Brings one thing the visitor said to the server, with a few tries, and tells what became of it.
const TRIES_MS = [0, 1_000, 3_000, 6_000, 12_000]; // a gateway that is started anew takes some seconds

// Resolves to what changes in the line.
export async function deliver({ id, text, isPicture }, picture, server, words) {
  if (isPicture && !picture) return { state: "refused", note: words.pictureGone };
  let failure;
  for (const pause of TRIES_MS) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    failure = await server.post(id, text, picture).then(
      () => null,
      (error) => error,
    );
    if (!failure?.passing) break;
  }
  return failure ? fate(failure.status, words) : { state: "sent" };
}

export function fate(status, words) {
  const note = words.refusals[status];
  if (note) return { state: "refused", note };
  return { state: "failed", note: status === 429 ? words.tooFast : "" };
}
