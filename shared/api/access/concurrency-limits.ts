/** Limits of concurrent requests per kind and instance, so that requests of one kind cannot block those of another. */
import { ServiceError } from "../../core/errors.ts";

/** Permission to run one request. */
export interface Slot {
  /** Releases the slot to the next queued request; a second call does nothing. */
  release(): void;
}

export interface ConcurrencyLimit {
  /**
   * Resolves with a slot as soon as one is free.
   * @throws ServiceError `too_many_requests` if the queue is full, the wait takes too long or `signal` is aborted.
   */
  acquire(signal?: AbortSignal): Promise<Slot>;
  /** A slot, or undefined if none is free. */
  tryAcquire(): Slot | undefined;
}

export interface LimitSize {
  /** Plural noun for these requests in error messages. */
  readonly label: string;
  /** Number of requests that run concurrently. */
  readonly running: number;
  /** Number of requests that may wait for a slot. */
  readonly queued: number;
}

/**
 * Size of each limit. Health probes have none. The sum is less than `maxConcurrentRequests` in host.json, so that
 * excess requests are rejected here, with `Retry-After`, and not by the host.
 */
export const limitSizes = {
  /** Requests that wait for a job to change. */
  waits: { label: "waits for a job", running: 100, queued: 0 },
  /** Logs and outputs, until their last byte is sent. */
  downloads: { label: "downloads", running: 64, queued: 32 },
  /** Bodies without files, while they are received. */
  bodies: { label: "bodies", running: 200, queued: 0 },
  /** Zips and forms, until their jobs are stored. Each uses disk space until then. */
  uploads: { label: "uploads", running: 32, queued: 32 },
  /** Submissions whose body is received, while their jobs are checked and stored. */
  submissions: { label: "submissions", running: 64, queued: 136 },
  /** All other requests. */
  others: { label: "requests", running: 100, queued: 100 },
} as const satisfies Readonly<Record<string, LimitSize>>;

export type ConcurrencyLimits = Readonly<Record<keyof typeof limitSizes, ConcurrencyLimit>>;

/** `Retry-After` of a rejected request, in seconds. */
export const retrySeconds = 2;

const maxWaitMs = 10_000;

/** Creates one limit for each entry of `limitSizes`. */
export function createConcurrencyLimits(): ConcurrencyLimits {
  return Object.fromEntries(
    Object.entries(limitSizes).map(([kind, size]) => [kind, createConcurrencyLimit(size)]),
  ) as ConcurrencyLimits;
}

/** Creates a limit; a request waits in its queue for at most `waitMs` milliseconds. */
export function createConcurrencyLimit({ label, running, queued }: LimitSize, waitMs = maxWaitMs): ConcurrencyLimit {
  let used = 0;
  const queue = new Set<() => void>();

  function createSlot(): Slot {
    let isReleased = false;
    return {
      release() {
        if (isReleased) return;
        isReleased = true;
        const [next] = queue;
        // `used` does not change if a queued request gets the slot, so that a new request cannot acquire it first.
        if (next === undefined) used -= 1;
        else next();
      },
    };
  }

  function tryAcquire(): Slot | undefined {
    if (used >= running) return undefined;
    used += 1;
    return createSlot();
  }

  async function waitForSlot(signal: AbortSignal | undefined): Promise<Slot> {
    // A signal that is already aborted emits no event, so the wait would last until its timeout.
    if (queue.size >= queued || signal?.aborted === true) throw tooManyRequests(label, running + queued);
    const pending = Promise.withResolvers<Slot>();
    const next = () => {
      queue.delete(next);
      pending.resolve(createSlot());
    };
    const onTimeout = () => {
      if (queue.delete(next)) pending.reject(tooManyRequests(label, running));
    };
    queue.add(next);
    const timer = setTimeout(onTimeout, waitMs);
    signal?.addEventListener("abort", onTimeout, { once: true });
    try {
      return await pending.promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onTimeout);
    }
  }

  return { tryAcquire, acquire: async (signal) => tryAcquire() ?? waitForSlot(signal) };
}

/** Runs `work` in a slot. @throws ServiceError `too_many_requests`, and the errors of `work`. */
export async function withSlot<T>(limit: ConcurrencyLimit, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const slot = await limit.acquire(signal);
  try {
    return await work();
  } finally {
    slot.release();
  }
}

function tooManyRequests(label: string, max: number): ServiceError {
  return new ServiceError(
    "too_many_requests",
    `This instance already has ${max} ${label}, the maximum. Repeat the request in ${retrySeconds} seconds.`,
    { retryAfterSeconds: retrySeconds },
  );
}
