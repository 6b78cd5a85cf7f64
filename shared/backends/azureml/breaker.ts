import { ServiceError } from "../../core/errors.ts";
import type { Clock } from "../../core/ports.ts";

/** Keeps calls from a service that asked to be left alone: what other instances know from the shared row, this one knows at once. */
export interface Breaker {
  /** True while nothing has been answered since the last time it opened: then one call is enough to find out. */
  readonly probing: boolean;
  /** @throws ServiceError `throttled` while the service wants no calls. */
  check(): void;
  answered(): void;
  open(error: ServiceError): void;
}

const defaultSeconds = 30;

export function createBreaker(clock: Clock): Breaker {
  let until = Number.NEGATIVE_INFINITY;
  let probing = false;
  return {
    get probing() {
      return probing;
    },
    check() {
      const seconds = (until - clock.now().getTime()) / 1000;
      if (seconds > 0)
        throw new ServiceError("throttled", `Azure ML asked to be left alone for ${Math.ceil(seconds)} more seconds.`, {
          retryAfterSeconds: seconds,
          reason: "throttled",
        });
    },
    answered() {
      probing = false;
    },
    open({ retryAfterSeconds = defaultSeconds }) {
      until = Math.max(until, clock.now().getTime() + retryAfterSeconds * 1000);
      probing = true;
    },
  };
}
