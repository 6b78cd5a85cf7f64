import { type ConcurrencyLimits, retrySeconds, type Slot } from "./concurrency-limits.ts";

/** The slot of a `GET` of a job with `?wait=`, and the wait that it permits. */
export interface WaitSlot {
  readonly slot: Slot;
  /** Permitted wait in seconds. */
  readonly seconds: number;
  /** Headers of a response that is sent sooner than requested, because too many requests wait. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Longer than for other requests, because the client accepts a delay. */
const waitRetrySeconds = 5 * retrySeconds;

/**
 * Acquires a slot for a request that waits up to `seconds` for a job. If too many requests wait already, the request
 * uses a slot of `others` and does not wait.
 * @throws ServiceError `too_many_requests`.
 */
export async function acquireWaitSlot(
  { waits, others }: Pick<ConcurrencyLimits, "waits" | "others">,
  seconds: number,
  signal: AbortSignal,
): Promise<WaitSlot> {
  const slot = seconds > 0 ? waits.tryAcquire() : undefined;
  if (slot !== undefined) return { slot, seconds, headers: {} };
  return {
    slot: await others.acquire(signal),
    seconds: 0,
    headers: seconds > 0 ? { "retry-after": String(waitRetrySeconds) } : {},
  };
}
