import { setTimeout as pause } from "node:timers/promises";
import { defined } from "./defined.ts";

/** The current time and a delay; tests pass a manual one. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds, at most 24 days, or as soon as the signal is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Node's longest timer; it fires longer ones at once. */
const longestTimerMs = 2 ** 31 - 1;

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(ms, signal) {
    await pause(Math.min(ms, longestTimerMs), undefined, defined({ signal })).catch(() => undefined);
  },
};
