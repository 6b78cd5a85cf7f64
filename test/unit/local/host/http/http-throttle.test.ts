import { expect, test } from "vitest";
import { createHttpThrottle } from "../../../../../local/host/http/http-throttle.ts";
import { settle } from "../../../../support/fake-clock.ts";

const here = new AbortController().signal;

/** Calls that run until they are released, each with a caller that can go. */
function runCalls(throttle: ReturnType<typeof createHttpThrottle>, count: number) {
  const begun: number[] = [];
  const calls = Array.from({ length: count }, (_, index) => {
    const caller = new AbortController();
    const { promise, resolve } = Promise.withResolvers<void>();
    const ended = throttle.run(async () => {
      begun.push(index);
      await promise;
      return index;
    }, caller.signal);
    return { end: resolve, leave: () => caller.abort(), ended };
  });
  return { begun, calls };
}

test("no more than maxOutstandingRequests are let in until one leaves", () => {
  const throttle = createHttpThrottle(2, -1);
  const first = throttle.admit(here);
  throttle.admit(here);
  expect(throttle.admit(here)).toBeUndefined();
  first?.leave();
  expect(throttle.admit(here)).toBeDefined();
});

test("a place is given back once, when the caller goes or when it is answered", () => {
  const throttle = createHttpThrottle(1, -1);
  const caller = new AbortController();
  const place = throttle.admit(caller.signal);
  caller.abort();
  place?.leave();
  expect(throttle.admit(here)).toBeDefined();
  expect(throttle.admit(here)).toBeUndefined();
});

test("a caller that has gone already holds no place", () => {
  const throttle = createHttpThrottle(1, 1);
  throttle.admit(AbortSignal.abort());
  expect(throttle.admit(here)).toBeDefined();
});

test("-1 lets everybody in", () => {
  const throttle = createHttpThrottle(-1, -1);
  for (let index = 0; index < 1000; index += 1) expect(throttle.admit(here)).toBeDefined();
});

test("no more than maxConcurrentRequests run at once, in the order in which they came", async () => {
  const { begun, calls } = runCalls(createHttpThrottle(-1, 2), 4);
  await settle();
  expect(begun).toEqual([0, 1]);
  calls[0]?.end();
  await settle();
  expect(begun).toEqual([0, 1, 2]);
  for (const { end } of calls) end();
  expect(await Promise.all(calls.map(({ ended }) => ended))).toEqual([0, 1, 2, 3]);
});

test("a run that fails gives its place back", async () => {
  const throttle = createHttpThrottle(-1, 1);
  await expect(throttle.run(() => Promise.reject(new Error("no")), here)).rejects.toThrow("no");
  await expect(throttle.run(async () => "yes", here)).resolves.toBe("yes");
});

test("a caller that goes while it waits is never run, and the next one keeps its turn", async () => {
  const { begun, calls } = runCalls(createHttpThrottle(-1, 1), 3);
  await settle();
  calls[1]?.leave();
  expect(await calls[1]?.ended).toBeUndefined();
  calls[0]?.end();
  await settle();
  expect(begun).toEqual([0, 2]);
});

test("a function whose caller has gone leaves its place to the next call, and gives none back when it ends", async () => {
  const { begun, calls } = runCalls(createHttpThrottle(-1, 1), 4);
  await settle();
  calls[0]?.leave();
  await settle();
  expect(begun).toEqual([0, 1]);
  calls[0]?.end();
  await settle();
  expect(begun).toEqual([0, 1]);
  calls[1]?.end();
  await settle();
  expect(begun).toEqual([0, 1, 2]);
});

test("functions that run for nobody have a limit, and those over it keep their place until one ends", async () => {
  const { begun, calls } = runCalls(createHttpThrottle(-1, 1, 2), 5);
  for (const { leave } of calls.slice(0, 3)) {
    await settle();
    leave();
  }
  await settle();
  expect(begun).toEqual([0, 1, 2]);
  calls[1]?.end();
  await settle();
  expect(begun).toEqual([0, 1, 2, 3]);
});
