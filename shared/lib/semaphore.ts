/** Bounds how many jobs run at once; who waits is served in the order of asking. */
export interface Semaphore {
  /** Ends with a function that gives the place back, or with undefined when the signal is aborted first. */
  acquire(signal: AbortSignal): Promise<(() => void) | undefined>;
  /** A place for what runs already, whatever the limit. */
  acquireNow(): () => void;
}

export function createSemaphore(limit: number): Semaphore {
  let used = 0;
  const waiting: (() => void)[] = [];

  const take = () => {
    used += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      used -= 1;
      if (used < limit) waiting.shift()?.();
    };
  };

  return {
    acquireNow: take,
    acquire(signal) {
      if (signal.aborted) return Promise.resolve(undefined);
      if (used < limit) return Promise.resolve(take());
      return new Promise((resolve) => {
        const serve = () => {
          signal.removeEventListener("abort", giveUp);
          resolve(take());
        };
        const giveUp = () => {
          waiting.splice(waiting.indexOf(serve), 1);
          resolve(undefined);
        };
        waiting.push(serve);
        signal.addEventListener("abort", giveUp, { once: true });
      });
    },
  };
}
