/** How many HTTP requests are let in at once. @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook#hostjson-settings */
export interface HttpThrottle {
  /** Room for one more request, which must be given back; undefined when there is none. */
  enter(): { leave(): void } | undefined;
  /** Runs `work` when a place to run is free. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** -1 is no limit. A request that is still coming in counts as outstanding, but a slow client holds no place to run: the real host lets it. */
export function createHttpThrottle(maxOutstanding: number, maxConcurrent: number): HttpThrottle {
  let outstanding = 0;
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    enter: () => {
      if (maxOutstanding >= 0 && outstanding >= maxOutstanding) return undefined;
      outstanding += 1;
      return {
        leave: () => {
          outstanding -= 1;
        },
      };
    },
    run: async (work) => {
      if (maxConcurrent >= 0 && running >= maxConcurrent) await new Promise<void>((resolve) => waiting.push(resolve));
      else running += 1;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        // The place goes to the one that waits; nobody can slip in between.
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
