import { setTimeout as sleep } from "node:timers/promises";

/** Polls until the value is the expected one. @throws Error with the last value on a timeout. */
export async function until<T>(
  ask: () => T | Promise<T>,
  isThere: (answer: T) => boolean,
  timeoutMs = 20_000,
  everyMs = 25,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (isThere(answer)) return answer;
    if (performance.now() > deadline)
      throw new Error(`Waited ${timeoutMs} ms; the last answer was ${JSON.stringify(answer)}.`);
    await sleep(everyMs);
  }
}
