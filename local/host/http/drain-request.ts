import type { IncomingMessage } from "node:http";

/** How long the real host's web server reads on. */
const drainMs = 5000;

/**
 * Reads to nowhere what is left of a request that was answered before all of it came; cuts the connection when that takes too long.
 * Many callers read only after they have sent, and would lose the answer with the connection.
 */
export async function drainRequest(raw: IncomingMessage): Promise<void> {
  if (raw.complete || raw.destroyed) return;
  raw.unpipe();
  const late = setTimeout(() => raw.destroy(), drainMs);
  await new Promise<void>((resolve) => {
    raw.once("end", resolve);
    raw.once("close", resolve);
    raw.resume();
  });
  clearTimeout(late);
}
