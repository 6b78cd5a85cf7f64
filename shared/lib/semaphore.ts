/** Limits the number of concurrent operations. Waiting requests get a slot in order. */
export interface Semaphore {
  /** Waits for a slot. Returns the function that releases it; undefined if the signal is aborted first. */
  acquire(signal: AbortSignal): Promise<(() => void) | undefined>;
  /**
   * Acquires a slot immediately, even over the limit, for an operation that already runs. Returns the function that
   * releases it.
   */
  acquireNow(): () => void;
}

export function createSemaphore(limit: number): Semaphore {
  let used = 0;
  const waiting: (() => void)[] = [];

  const acquireNow = () => {
    used += 1;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      used -= 1;
      if (used < limit) waiting.shift()?.();
    };
  };

  return {
    acquireNow,
    acquire(signal) {
      if (signal.aborted) return Promise.resolve(undefined);
      if (used < limit) return Promise.resolve(acquireNow());
      return new Promise((resolve) => {
        const grant = () => {
          signal.removeEventListener("abort", abort);
          resolve(acquireNow());
        };
        const abort = () => {
          waiting.splice(waiting.indexOf(grant), 1);
          resolve(undefined);
        };
        waiting.push(grant);
        signal.addEventListener("abort", abort, { once: true });
      });
    },
  };
}
