import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../core/ports/ports.ts";

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(ms, signal) {
    await pause(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  },
};
