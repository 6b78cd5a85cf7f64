/**
 * Limits the HTTP requests that are handled at the same time.
 *
 * A request has one slot from its arrival until its response or its disconnect (maxOutstandingRequests), and
 * a second slot while its function runs (maxConcurrentRequests). A function whose client has disconnected cannot be
 * stopped, and the real host keeps both slots until it ends. Here both are released at the disconnect, so that other
 * clients can use them. The number of such abandoned functions has its own limit; functions over it keep
 * their run slot, as in the real host.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook#hostjson-settings
 */
export interface HttpThrottle {
  /** Acquires a slot for a request until `release` is called or the client disconnects; undefined if none is free. */
  admit(disconnected: AbortSignal): { release(): void } | undefined;
  /**
   * Runs `work` when a run slot is free, first come, first served. Returns undefined if the client disconnects before.
   */
  run<T>(work: () => Promise<T>, disconnected: AbortSignal): Promise<T | undefined>;
}

/** Limit of running functions whose clients have disconnected. */
const defaultMaxAbandoned = 1000;

/** Creates a throttle; -1 means no limit. Unlike in the real host, a request has no run slot while its body arrives. */
export function createHttpThrottle(
  maxOutstanding: number,
  maxConcurrent: number,
  maxAbandoned = defaultMaxAbandoned,
): HttpThrottle {
  let outstanding = 0;
  const slots = createSlots(maxConcurrent, maxAbandoned);
  return {
    admit: (disconnected) => {
      if (maxOutstanding >= 0 && outstanding >= maxOutstanding) return undefined;
      outstanding += 1;
      return { release: onceOrOnAbort(disconnected, () => (outstanding -= 1)) };
    },
    run: async (work, disconnected) => {
      const slot = await slots.acquire(disconnected);
      if (slot === undefined) return undefined;
      if (disconnected.aborted) {
        slot.end();
        return undefined;
      }
      disconnected.addEventListener("abort", slot.abandon, { once: true });
      try {
        return await work();
      } finally {
        disconnected.removeEventListener("abort", slot.abandon);
        slot.end();
      }
    },
  };
}

/** Calls `release` only once: when the returned function is called or when `signal` aborts. */
function onceOrOnAbort(signal: AbortSignal, release: () => void): () => void {
  let isReleased = false;
  const releaseOnce = () => {
    if (isReleased) return;
    isReleased = true;
    signal.removeEventListener("abort", releaseOnce);
    release();
  };
  if (signal.aborted) releaseOnce();
  else signal.addEventListener("abort", releaseOnce, { once: true });
  return releaseOnce;
}

/** A run slot. */
interface Slot {
  /** Releases the slot while the function still runs, unless the limit of abandoned functions is reached. */
  abandon(): void;
  /** Must be called when the function has ended. */
  end(): void;
}

interface Slots {
  /** Waits for a free slot; undefined if the client disconnects before. */
  acquire(disconnected: AbortSignal): Promise<Slot | undefined>;
}

function createSlots(max: number, maxAbandoned: number): Slots {
  let running = 0;
  let abandoned = 0;
  /** Waiting requests, in the order of their arrival. */
  const waiting = new Set<(slot: Slot) => void>();
  /** Functions over the limit of abandoned ones, which keep their slots. */
  const overLimit = new Set<() => void>();

  function grantNext(): void {
    const [next] = waiting;
    // A waiting request receives the slot directly, so that a new request cannot acquire it first.
    if (next === undefined) running -= 1;
    else {
      waiting.delete(next);
      next(slot());
    }
  }

  function slot(): Slot {
    let state: "running" | "abandoned" | "ended" = "running";
    const abandon = () => {
      if (state !== "running") return;
      if (abandoned >= maxAbandoned) {
        overLimit.add(abandon);
        return;
      }
      state = "abandoned";
      abandoned += 1;
      grantNext();
    };
    const end = () => {
      overLimit.delete(abandon);
      const previous = state;
      state = "ended";
      if (previous === "running") grantNext();
      if (previous !== "abandoned") return;
      abandoned -= 1;
      const [abandonNext] = overLimit;
      if (abandonNext === undefined) return;
      overLimit.delete(abandonNext);
      abandonNext();
    };
    return { abandon, end };
  }

  return {
    acquire: async (disconnected) => {
      if (disconnected.aborted) return undefined;
      if (max < 0) return { abandon: () => {}, end: () => {} };
      if (running < max) {
        running += 1;
        return slot();
      }
      return new Promise<Slot | undefined>((resolve) => {
        const cancel = () => {
          waiting.delete(grant);
          resolve(undefined);
        };
        const grant = (freed: Slot) => {
          disconnected.removeEventListener("abort", cancel);
          resolve(freed);
        };
        waiting.add(grant);
        disconnected.addEventListener("abort", cancel, { once: true });
      });
    },
  };
}
