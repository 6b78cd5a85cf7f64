/** Time as triggers see it, so that tests can turn its hands. */
export interface Clock {
  now(): number;
  /** Resolves after `ms`, at most 24 days, or as soon as `signal` is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Node fires a timer of more at once. Whoever sleeps longer looks at the clock again. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(ms, longestTimerMs));
      signal.addEventListener("abort", done);
    }),
};
