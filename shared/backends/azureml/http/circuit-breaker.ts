import { ServiceError } from "../../../core/errors.ts";
import type { Clock } from "../../../lib/clock.ts";

/**
 * Blocks the calls of this instance to a host that throttles. Other instances read the pause from the row of the
 * backend in table `openjobs`; this instance blocks its calls at once.
 */
export interface CircuitBreaker {
  /**
   * True from `open` until the first success after it. During this time, callers send a single call to test whether the
   * pause is over.
   */
  readonly isHalfOpen: boolean;
  /** @throws ServiceError `throttled` during the pause. */
  throwIfOpen(): void;
  recordSuccess(): void;
  /** Starts a pause of the error's `retryAfterSeconds`, or of 30 seconds. */
  open(error: ServiceError): void;
}

const defaultSeconds = 30;

export function createCircuitBreaker(clock: Clock): CircuitBreaker {
  let pauseEndMs = Number.NEGATIVE_INFINITY;
  let openedAtMs = Number.NEGATIVE_INFINITY;
  let isHalfOpen = false;
  return {
    get isHalfOpen() {
      return isHalfOpen;
    },
    throwIfOpen() {
      const now = clock.now().getTime();
      const seconds = (pauseEndMs - now) / 1000;
      // If the clock was set back after `open`, the pause would be longer than requested.
      if (seconds <= 0 || now < openedAtMs) return;
      const wait = `${Math.ceil(seconds)} seconds`;
      const message = `Azure ML throttles the service. The next call is possible in ${wait}.`;
      throw new ServiceError("throttled", message, { retryAfterSeconds: seconds, reason: "throttled" });
    },
    recordSuccess() {
      isHalfOpen = false;
    },
    open({ retryAfterSeconds = defaultSeconds }) {
      const now = clock.now().getTime();
      pauseEndMs = Math.max(now < openedAtMs ? now : pauseEndMs, now + retryAfterSeconds * 1000);
      openedAtMs = now;
      isHalfOpen = true;
    },
  };
}
