/** Waiting times for a backend that is unreachable or throttles. */

import type { ServiceError } from "../../core/errors.ts";
import type { Backend } from "../../core/ports/backend-port.ts";
import type { OpenJobs } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { Clock } from "../../lib/clock.ts";

const seconds = { first: 15, throttled: 30, max: 300 } as const;

/**
 * Time of the next attempt. The wait equals the duration of the retries so far, from 15 s to 5 min, unless the backend
 * sent a Retry-After.
 */
export function retryAt({ retryAfterSeconds }: ServiceError, triedMs: number, now: Date): Date {
  const wait = Math.max(seconds.first, triedMs / 1000);
  return new Date(now.getTime() + Math.min(seconds.max, retryAfterSeconds ?? wait) * 1000);
}

export interface PauseBackendPorts {
  readonly openJobs: OpenJobs;
  readonly backend: Backend;
  readonly clock: Clock;
}

/** Stores, for all instances, that the backend requested a pause. */
export async function pauseBackend(
  { openJobs, backend, clock }: PauseBackendPorts,
  error: ServiceError,
  options: CallOptions,
): Promise<void> {
  await openJobs.setNotBefore(backend.id, retryAt(error, seconds.throttled * 1000, clock.now()), options);
}
