import type { Clock } from "./clock.ts";

/**
 * Starts a stopwatch; the returned function reports the elapsed milliseconds. They never decrease, also if the clock is
 * set back.
 */
export function startStopwatch(clock: Pick<Clock, "now">): () => number {
  let elapsed = 0;
  let before = clock.now().getTime();
  return () => {
    const now = clock.now().getTime();
    elapsed += Math.max(0, now - before);
    before = now;
    return elapsed;
  };
}
