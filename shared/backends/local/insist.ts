import { isServiceError } from "../../core/errors.ts";
import type { Clock } from "../../core/ports.ts";

const attempts = 5;
const longestWaitMs = 30_000;

/**
 * Repeats a call to the storage until it succeeds: as long as it takes while the storage is away, and five times for any other
 * error, which is then thrown. @throws the signal's reason when it is aborted.
 */
export async function insist(clock: Clock, signal: AbortSignal, call: () => Promise<void>): Promise<void> {
  let failures = 0;
  for (let waitMs = 500; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    signal.throwIfAborted();
    try {
      await call();
      return;
    } catch (error) {
      const isAway = isServiceError(error, "unavailable") || isServiceError(error, "throttled");
      if (!isAway && ++failures === attempts) throw error;
    }
    await clock.sleep(waitMs, signal);
  }
}
