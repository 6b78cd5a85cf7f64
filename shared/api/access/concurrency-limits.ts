/** How many calls of each kind are under way at once on this instance, so that no kind of call takes the places of another. */
import { ServiceError } from "../../core/errors.ts";

/** A place, until it is left; leaving it twice changes nothing. */
export interface Slot {
  release(): void;
}

export interface ConcurrencyLimit {
  /** A place at once, or after a wait in line. @throws ServiceError `too_many_requests` when the line is full, or the wait is too long. */
  acquire(signal?: AbortSignal): Promise<Slot>;
  /** A place at once, or none. */
  tryAcquire(): Slot | undefined;
}

export interface LimitSize {
  /** The calls, for the message of a refusal. */
  readonly what: string;
  readonly atOnce: number;
  /** Calls that wait for a place. */
  readonly inLine: number;
}

/**
 * The kinds of calls. Health has no budget: it waits for nothing. All of them together are fewer than the requests that host.json lets
 * in, so that a refusal is one of this service, with a `Retry-After`, and not one of its host.
 */
export const limitSizes = {
  /** Waits for the change of a job. */
  waits: { what: "waits for a job", atOnce: 100, inLine: 0 },
  /** Logs and outputs, until their last byte is sent. */
  downloads: { what: "downloads", atOnce: 64, inLine: 32 },
  /** Bodies without files, while they are received. */
  bodies: { what: "bodies", atOnce: 200, inLine: 0 },
  /** Zips and forms, until their jobs are stored: no more of them lie on disk at once. */
  uploads: { what: "uploads", atOnce: 32, inLine: 32 },
  /** Jobs that are checked and stored, once their body is there. */
  submissions: { what: "submissions", atOnce: 64, inLine: 136 },
  /** All other calls. */
  calls: { what: "calls", atOnce: 100, inLine: 100 },
} as const satisfies Readonly<Record<string, LimitSize>>;

export type ConcurrencyLimits = Readonly<Record<keyof typeof limitSizes, ConcurrencyLimit>>;

/** Seconds after which a refused call may be repeated. */
export const retrySeconds = 2;
const lineMs = 10_000;

/** One budget for each kind of call. */
export function createConcurrencyLimits(): ConcurrencyLimits {
  return Object.fromEntries(
    Object.entries(limitSizes).map(([kind, size]) => [kind, createConcurrencyLimit(size)]),
  ) as ConcurrencyLimits;
}

/** @param waitMs how long a call waits in line at most. */
export function createConcurrencyLimit({ what, atOnce, inLine }: LimitSize, waitMs = lineMs): ConcurrencyLimit {
  let taken = 0;
  const line = new Set<() => void>();

  function place(): Slot {
    let left = false;
    return {
      release() {
        if (left) return;
        left = true;
        const [next] = line;
        // The place goes to the call that waits longest; no other call can take it.
        if (next === undefined) taken -= 1;
        else next();
      },
    };
  }

  function tryEnter(): Slot | undefined {
    if (taken >= atOnce) return undefined;
    taken += 1;
    return place();
  }

  async function waitInLine(signal: AbortSignal | undefined): Promise<Slot> {
    // An aborted signal has no more events, so the wait would last until its timeout.
    if (line.size >= inLine || signal?.aborted === true) throw tooMany(what, atOnce + inLine);
    const turn = Promise.withResolvers<Slot>();
    const next = () => {
      line.delete(next);
      turn.resolve(place());
    };
    const giveUp = () => {
      if (line.delete(next)) turn.reject(tooMany(what, atOnce));
    };
    line.add(next);
    const timer = setTimeout(giveUp, waitMs);
    signal?.addEventListener("abort", giveUp, { once: true });
    try {
      return await turn.promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
    }
  }

  return { tryAcquire: tryEnter, acquire: async (signal) => tryEnter() ?? waitInLine(signal) };
}

/** Runs a call in a place of a budget. */
export async function withSlot<T>(budget: ConcurrencyLimit, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const place = await budget.acquire(signal);
  try {
    return await work();
  } finally {
    place.release();
  }
}

function tooMany(what: string, most: number): ServiceError {
  return new ServiceError(
    "too_many_requests",
    `This instance has ${most} ${what} under way, the most at once. Repeat the call in ${retrySeconds} seconds.`,
    {
      retryAfterSeconds: retrySeconds,
    },
  );
}
