import { type ConcurrencyLimits, retrySeconds, type Slot } from "./concurrency-limits.ts";

/** How long a call may wait for a job. */
export interface WaitSlot {
  readonly slot: Slot;
  readonly seconds: number;
  /** Headers of an answer that came sooner than was asked for, as there are too many waits. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Longer than for other calls: a client that waits has time. */
const waitRetrySeconds = 5 * retrySeconds;

/** A place for a call that waits for a job. With too many waits already, it is a call like others, and is answered at once. */
export async function acquireWaitSlot(
  { waits, calls }: Pick<ConcurrencyLimits, "waits" | "calls">,
  seconds: number,
  signal: AbortSignal,
): Promise<WaitSlot> {
  const place = seconds > 0 ? waits.tryAcquire() : undefined;
  if (place !== undefined) return { slot: place, seconds, headers: {} };
  return {
    slot: await calls.acquire(signal),
    seconds: 0,
    headers: seconds > 0 ? { "retry-after": String(waitRetrySeconds) } : {},
  };
}
