import type { Clock } from "./clock.ts";

/** Starts to measure. Gives the milliseconds so far; a clock that is set back meanwhile neither makes them fewer nor lets them stand. */
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
