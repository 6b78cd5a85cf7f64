import { expect, test } from "vitest";
import { createSemaphore } from "../../../shared/lib/semaphore.ts";

const never = new AbortController().signal;

test("grants waiting requests in order", async () => {
  const slots = createSemaphore(1);
  const served: string[] = [];
  const first = await slots.acquire(never);
  const waiting = ["b", "c"].map(async (name) => {
    const release = await slots.acquire(never);
    served.push(name);
    release?.();
  });
  expect(served).toEqual([]);
  first?.();
  await Promise.all(waiting);
  expect(served).toEqual(["b", "c"]);
});

test("ignores a second release of the same slot", async () => {
  const slots = createSemaphore(1);
  const first = await slots.acquire(never);
  first?.();
  first?.();
  await slots.acquire(never);
  const third = new AbortController();
  const waiting = slots.acquire(third.signal);
  third.abort();
  expect(await waiting).toBeUndefined();
});

test("does not grant an aborted request", async () => {
  const slots = createSemaphore(1);
  const first = await slots.acquire(never);
  const giver = new AbortController();
  const gaveUp = slots.acquire(giver.signal);
  const patient = slots.acquire(never);
  giver.abort();
  expect(await gaveUp).toBeUndefined();
  first?.();
  expect(await patient).toBeTypeOf("function");
  expect(await slots.acquire(AbortSignal.abort())).toBeUndefined();
});

test("counts slots that were taken over the limit", async () => {
  const slots = createSemaphore(1);
  const releases = [slots.acquireNow(), slots.acquireNow()];
  const waiting = slots.acquire(never);
  releases[0]?.();
  const giver = new AbortController();
  const other = slots.acquire(giver.signal);
  releases[1]?.();
  expect(await waiting).toBeTypeOf("function");
  giver.abort();
  expect(await other).toBeUndefined();
});
