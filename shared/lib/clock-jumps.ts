/** Times that were written by a clock which has been set back since. */
import type { Clock } from "./clock.ts";

/** Clocks of several instances differ by less. */
const skewMs = 30_000;

/** True for a time that the clock has not reached yet: whatever happened then, happened before the clock was set back. */
export function isAheadOfClock(time: string | number, now: Date): boolean {
  return (typeof time === "number" ? time : Date.parse(time)) > now.getTime() + skewMs;
}

/** The latest time that an operation has seen, for each clock and operation: a cache of this process, and the only way to detect a small step back. */
const latest = new WeakMap<object, Map<string, number>>();

/** True when the clock is behind what the same operation saw last time. Small steps, as of time servers, do not count. */
export function clockWentBack(clock: Pick<Clock, "now">, operation: string): boolean {
  const seen = latest.get(clock) ?? new Map<string, number>();
  latest.set(clock, seen);
  const now = clock.now().getTime();
  const before = seen.get(operation) ?? now;
  seen.set(operation, now);
  return now < before - 1000;
}
