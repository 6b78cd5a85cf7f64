import { ServiceError } from "../../../core/errors.ts";
import type { Clock } from "../../../lib/clock.ts";

/** Keeps calls from a service that asked to be left alone: what other instances know from the shared row, this one knows at once. */
export interface CircuitBreaker {
  /** True while nothing has been answered since the last time it opened: then one call is enough to find out. */
  readonly isHalfOpen: boolean;
  /** @throws ServiceError `throttled` while the service wants no calls. */
  throwIfOpen(): void;
  recordSuccess(): void;
  open(error: ServiceError): void;
}

const defaultSeconds = 30;

export function createCircuitBreaker(clock: Clock): CircuitBreaker {
  let until = Number.NEGATIVE_INFINITY;
  let openedAt = Number.NEGATIVE_INFINITY;
  let probing = false;
  return {
    get isHalfOpen() {
      return probing;
    },
    throwIfOpen() {
      const now = clock.now().getTime();
      const seconds = (until - now) / 1000;
      // A clock that was set back since would make the wait longer by as much.
      if (seconds > 0 && now >= openedAt)
        throw new ServiceError("throttled", `Azure ML asked to be left alone for ${Math.ceil(seconds)} more seconds.`, {
          retryAfterSeconds: seconds,
          reason: "throttled",
        });
    },
    recordSuccess() {
      probing = false;
    },
    open({ retryAfterSeconds = defaultSeconds }) {
      const now = clock.now().getTime();
      until = Math.max(now < openedAt ? now : until, now + retryAfterSeconds * 1000);
      openedAt = now;
      probing = true;
    },
  };
}
