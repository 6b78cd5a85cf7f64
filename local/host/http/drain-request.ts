import type { IncomingMessage } from "node:http";

/** Time limit of the real host's web server. */
const drainMs = 5000;

/**
 * Discards the rest of a request that was answered before it was complete; closes the connection after 5 s. Many
 * clients read the response only after they have sent the whole request, and would lose it if the connection were
 * closed at once.
 */
export async function drainRequest(raw: IncomingMessage): Promise<void> {
  if (raw.complete || raw.destroyed) return;
  raw.unpipe();
  const timer = setTimeout(() => raw.destroy(), drainMs);
  await new Promise<void>((resolve) => {
    raw.once("end", resolve);
    raw.once("close", resolve);
    raw.resume();
  });
  clearTimeout(timer);
}
