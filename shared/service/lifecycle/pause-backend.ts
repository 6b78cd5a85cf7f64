/** When a backend that is unreachable or throttled is asked again. */

import type { ServiceError } from "../../core/errors.ts";
import type { Backend } from "../../core/ports/backend-port.ts";
import type { OpenJobs } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { Clock } from "../../lib/clock.ts";

const seconds = { first: 15, throttled: 30, most: 300 } as const;

/** As long again as it was tried before, within bounds; or when the backend says. */
export function retryAt({ retryAfterSeconds }: ServiceError, triedMs: number, now: Date): Date {
  const wait = Math.max(seconds.first, triedMs / 1000);
  return new Date(now.getTime() + Math.min(seconds.most, retryAfterSeconds ?? wait) * 1000);
}

export interface PauseBackendPorts {
  readonly openJobs: OpenJobs;
  readonly backend: Backend;
  readonly clock: Clock;
}

/** Lets all instances know that the backend asked to be left alone. */
export async function pauseBackend(
  { openJobs, backend, clock }: PauseBackendPorts,
  error: ServiceError,
  options: CallOptions,
): Promise<void> {
  await openJobs.setNotBefore(backend.id, retryAt(error, seconds.throttled * 1000, clock.now()), options);
}
