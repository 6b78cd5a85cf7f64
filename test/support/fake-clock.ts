import type { Clock } from "../../local/host/clock.ts";

export interface FakeClock extends Clock {
  /** Lets `ms` pass: wakes each sleeper at its time, one after the other, and lets it do what it then does. */
  advance(ms: number): Promise<void>;
  /** Sets the clock, to and fro: sleepers wake after the time that is left to them, as timers of a process do. */
  jump(ms: number): void;
  /** Lengths of the sleeps that began so far. */
  readonly sleeps: readonly number[];
}

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A clock that stands still until it is told to go on. */
export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let now = startMs;
  const sleeps: number[] = [];
  const sleepers = new Set<{ at: number; readonly wake: () => void }>();
  return {
    sleeps,
    now: () => now,
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
        if (signal.aborted) sleeper.wake();
        signal.addEventListener("abort", sleeper.wake, { once: true });
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
