import { setTimeout as pause } from "node:timers/promises";
import { defined } from "./defined.ts";

/** The current time and a delay; tests use a clock with a settable time. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds, at most 24 days, or as soon as the signal is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Node's longest timer; longer ones fire immediately. */
const maxTimerMs = 2 ** 31 - 1;

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(ms, signal) {
    await pause(Math.min(ms, maxTimerMs), undefined, defined({ signal })).catch(() => undefined);
  },
};
