import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../../shared/lib/clock.ts";

export interface ManualClock extends Clock {
  advance(ms: number): void;
  /** How long each sleep was. */
  readonly sleeps: readonly number[];
  /** Runs during every sleep, before it ends: what happens meanwhile. */
  whileSleeping: (slept: number) => unknown;
}

/** A clock that moves only by `advance` and by sleeping, which takes no time. */
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
      // A real sleep lets others go on, too.
      await setImmediate();
    },
  };
}
