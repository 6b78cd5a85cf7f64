import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../../shared/lib/clock.ts";

export interface ManualClock extends Clock {
  advance(ms: number): void;
  /** Durations of the sleeps so far, in milliseconds. */
  readonly sleeps: readonly number[];
  /** Runs during every sleep. */
  whileSleeping: (slept: number) => unknown;
}

/** A clock that only `advance` and `sleep` change; a sleep ends at once. */
export function createManualClock(start = "2026-03-01T12:00:00.000Z"): ManualClock {
  let now = Date.parse(start);
  const sleeps: number[] = [];
  return {
    sleeps,
    whileSleeping: () => undefined,
    now: () => new Date(now),
    advance(ms) {
      now += ms;
    },
    async sleep(ms, signal) {
      if (signal?.aborted === true) return;
      sleeps.push(ms);
      now += ms;
      await this.whileSleeping(sleeps.length);
      // Lets other work run, as a real sleep does.
      await setImmediate();
    },
  };
}
