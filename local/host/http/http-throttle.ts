/**
 * How many HTTP requests are let in at once.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook#hostjson-settings
 *
 * A request holds a place from its arrival until it is answered or its caller has gone (maxOutstandingRequests), and a second one while its
 * function runs (maxConcurrentRequests). The host has no way to end a function whose caller has gone, and the real host keeps both places
 * until the function ends. Here both places are released at once, so that any app stays available to the other callers, and abandoned
 * functions have a limit of their own. Functions over that limit keep their place to run, as in the real host.
 */
export interface HttpThrottle {
  /** Takes a place for one more request, until `leave` is called or its caller has gone; undefined when there is none. */
  admit(gone: AbortSignal): { leave(): void } | undefined;
  /** Runs `work` when a place to run is free, in the order of the calls. @returns undefined, and runs nothing, if the caller has gone before. */
  run<T>(work: () => Promise<T>, gone: AbortSignal): Promise<T | undefined>;
}

/** Limit of abandoned functions, whose callers have gone. */
const defaultMaxAbandoned = 1000;

/** -1 is no limit. A request that is still coming in counts as outstanding, but a slow client holds no place to run: the real host lets it. */
export function createHttpThrottle(
  maxOutstanding: number,
  maxConcurrent: number,
  maxAbandoned = defaultMaxAbandoned,
): HttpThrottle {
  let outstanding = 0;
  const slots = createSlots(maxConcurrent, maxAbandoned);
  return {
    admit: (gone) => {
      if (maxOutstanding >= 0 && outstanding >= maxOutstanding) return undefined;
      outstanding += 1;
      return { leave: onceOrWhenGone(gone, () => (outstanding -= 1)) };
    },
    run: async (work, gone) => {
      const slot = await slots.take(gone);
      if (slot === undefined) return undefined;
      if (gone.aborted) {
        slot.end();
        return undefined;
      }
      gone.addEventListener("abort", slot.abandon, { once: true });
      try {
        return await work();
      } finally {
        gone.removeEventListener("abort", slot.abandon);
        slot.end();
      }
    },
  };
}

/** Calls `leave` a single time: when the returned function is called, or when the caller has gone. */
function onceOrWhenGone(gone: AbortSignal, leave: () => void): () => void {
  let left = false;
  const leaveOnce = () => {
    if (left) return;
    left = true;
    gone.removeEventListener("abort", leaveOnce);
    leave();
  };
  if (gone.aborted) leaveOnce();
  else gone.addEventListener("abort", leaveOnce, { once: true });
  return leaveOnce;
}

/** A place to run. */
interface Slot {
  /** Frees the place for others while the function runs on, if fewer than the limit do so already. */
  abandon(): void;
  /** The function has ended. */
  end(): void;
}

interface Slots {
  /** Waits for a free place; undefined if the caller goes first. */
  take(gone: AbortSignal): Promise<Slot | undefined>;
}

function createSlots(max: number, maxAbandoned: number): Slots {
  let running = 0;
  let abandoned = 0;
  /** Callers that wait, in the order of their arrival. */
  const waiting = new Set<(slot: Slot) => void>();
  /** Abandoned functions over the limit, which keep their places. */
  const overdue = new Set<() => void>();

  function free(): void {
    const [next] = waiting;
    // The place goes to the caller that waits; no other one can take it in between.
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
        overdue.add(abandon);
        return;
      }
      state = "abandoned";
      abandoned += 1;
      free();
    };
    const end = () => {
      overdue.delete(abandon);
      const was = state;
      state = "ended";
      if (was === "running") free();
      if (was !== "abandoned") return;
      abandoned -= 1;
      const [next] = overdue;
      if (next === undefined) return;
      overdue.delete(next);
      next();
    };
    return { abandon, end };
  }

  return {
    take: async (gone) => {
      if (gone.aborted) return undefined;
      if (max < 0) return { abandon: () => {}, end: () => {} };
      if (running < max) {
        running += 1;
        return slot();
      }
      return new Promise<Slot | undefined>((resolve) => {
        const leave = () => {
          waiting.delete(take);
          resolve(undefined);
        };
        const take = (free: Slot) => {
          gone.removeEventListener("abort", leave);
          resolve(free);
        };
        waiting.add(take);
        gone.addEventListener("abort", leave, { once: true });
      });
    },
  };
}
