import type { Clock } from "../../shared/lib/clock.ts";

export interface FakeClock extends Clock {
  /** Advances the time by `ms`: ends each sleep at its time, in sequence, and waits for the work that follows it. */
  advance(ms: number): Promise<void>;
  /** Sets the clock forward or back. Sleeps still end after their remaining time, as timers of a process do. */
  jump(ms: number): void;
  /** Durations of the sleeps so far, in milliseconds. */
  readonly sleeps: readonly number[];
}

/** Waits until all pending microtasks and immediates have run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A clock that only `advance` and `jump` change. */
export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let now = startMs;
  const sleeps: number[] = [];
  const sleepers = new Set<{ at: number; readonly wake: () => void }>();
  return {
    sleeps,
    now: () => new Date(now),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        sleeps.push(ms);
        const sleeper = {
          at: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        if (signal?.aborted === true) sleeper.wake();
        signal?.addEventListener("abort", sleeper.wake, { once: true });
      }),
    jump: (ms) => {
      now += ms;
      for (const sleeper of sleepers) sleeper.at += ms;
    },
    advance: async (ms) => {
      const end = now + ms;
      await settle();
      for (;;) {
        const next = [...sleepers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        now = next.at;
        next.wake();
        await settle();
      }
      now = end;
    },
  };
}
