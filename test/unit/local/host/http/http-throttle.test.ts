import { expect, test } from "vitest";
import { createHttpThrottle } from "../../../../../local/host/http/http-throttle.ts";
import { settle } from "../../../../support/fake-clock.ts";

const connected = new AbortController().signal;

/** Starts functions that run until `end`, each with a client that can disconnect. */
function startFunctions(throttle: ReturnType<typeof createHttpThrottle>, count: number) {
  const started: number[] = [];
  const functions = Array.from({ length: count }, (_, index) => {
    const client = new AbortController();
    const { promise, resolve } = Promise.withResolvers<void>();
    const ended = throttle.run(async () => {
      started.push(index);
      await promise;
      return index;
    }, client.signal);
    return { end: resolve, disconnect: () => client.abort(), ended };
  });
  return { started, functions };
}

test("admits maxOutstandingRequests at the same time", () => {
  const throttle = createHttpThrottle(2, -1);
  const first = throttle.admit(connected);
  throttle.admit(connected);
  expect(throttle.admit(connected)).toBeUndefined();
  first?.release();
  expect(throttle.admit(connected)).toBeDefined();
});

test("releases a slot only once, at the response or the disconnect", () => {
  const throttle = createHttpThrottle(1, -1);
  const client = new AbortController();
  const slot = throttle.admit(client.signal);
  client.abort();
  slot?.release();
  expect(throttle.admit(connected)).toBeDefined();
  expect(throttle.admit(connected)).toBeUndefined();
});

test("returns no slot for a disconnected client", () => {
  const throttle = createHttpThrottle(1, 1);
  throttle.admit(AbortSignal.abort());
  expect(throttle.admit(connected)).toBeDefined();
});

test("admits every request with -1", () => {
  const throttle = createHttpThrottle(-1, -1);
  for (let index = 0; index < 1000; index += 1) expect(throttle.admit(connected)).toBeDefined();
});

test("runs maxConcurrentRequests functions at the same time, in the order of their requests", async () => {
  const { started, functions } = startFunctions(createHttpThrottle(-1, 2), 4);
  await settle();
  expect(started).toEqual([0, 1]);
  functions[0]?.end();
  await settle();
  expect(started).toEqual([0, 1, 2]);
  for (const { end } of functions) end();
  expect(await Promise.all(functions.map(({ ended }) => ended))).toEqual([0, 1, 2, 3]);
});

test("releases the slot of a failed function", async () => {
  const throttle = createHttpThrottle(-1, 1);
  await expect(throttle.run(() => Promise.reject(new Error("no")), connected)).rejects.toThrow("no");
  await expect(throttle.run(async () => "yes", connected)).resolves.toBe("yes");
});

test("does not run the function of a client that disconnects while it waits, and runs the next one", async () => {
  const { started, functions } = startFunctions(createHttpThrottle(-1, 1), 3);
  await settle();
  functions[1]?.disconnect();
  expect(await functions[1]?.ended).toBeUndefined();
  functions[0]?.end();
  await settle();
  expect(started).toEqual([0, 2]);
});

test("grants the slot of an abandoned function to the next request once", async () => {
  const { started, functions } = startFunctions(createHttpThrottle(-1, 1), 4);
  await settle();
  functions[0]?.disconnect();
  await settle();
  expect(started).toEqual([0, 1]);
  functions[0]?.end();
  await settle();
  expect(started).toEqual([0, 1]);
  functions[1]?.end();
  await settle();
  expect(started).toEqual([0, 1, 2]);
});

test("limits abandoned functions; those over the limit keep their slots until one ends", async () => {
  const { started, functions } = startFunctions(createHttpThrottle(-1, 1, 2), 5);
  for (const { disconnect } of functions.slice(0, 3)) {
    await settle();
    disconnect();
  }
  await settle();
  expect(started).toEqual([0, 1, 2]);
  functions[1]?.end();
  await settle();
  expect(started).toEqual([0, 1, 2, 3]);
});
