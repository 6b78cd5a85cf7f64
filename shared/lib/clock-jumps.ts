/** Detection of clocks that were set back, after which earlier timestamps lie in the future. */
import type { Clock } from "./clock.ts";

/** Upper bound of the difference between the clocks of several instances. */
const skewMs = 30_000;

/** True for a time later than `now`, which therefore was written before the clock was set back. */
export function isAheadOfClock(time: string | number, now: Date): boolean {
  return (typeof time === "number" ? time : Date.parse(time)) > now.getTime() + skewMs;
}

/**
 * The last time that each operation read from a clock, by clock. A cache of this process: a step back of less than
 * `skewMs` cannot be detected by timestamps alone.
 */
const lastReads = new WeakMap<object, Map<string, number>>();

/** Corrections by a time server are smaller. */
const toleranceMs = 1000;

/** True if the clock was set back since the last call for the same operation. */
export function clockWentBack(clock: Pick<Clock, "now">, operation: string): boolean {
  const reads = lastReads.get(clock) ?? new Map<string, number>();
  lastReads.set(clock, reads);
  const now = clock.now().getTime();
  const before = reads.get(operation) ?? now;
  reads.set(operation, now);
  return now < before - toleranceMs;
}
