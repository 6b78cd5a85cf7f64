import { expect, test } from "vitest";
import { createSemaphore } from "../../../shared/lib/semaphore.ts";

const never = new AbortController().signal;

test("grants waiting requests in order", async () => {
  const semaphore = createSemaphore(1);
  const granted: string[] = [];
  const first = await semaphore.acquire(never);
  const waiting = ["b", "c"].map(async (name) => {
    const release = await semaphore.acquire(never);
    granted.push(name);
    release?.();
  });
  expect(granted).toEqual([]);
  first?.();
  await Promise.all(waiting);
  expect(granted).toEqual(["b", "c"]);
});

test("ignores a second release of the same slot", async () => {
  const semaphore = createSemaphore(1);
  const first = await semaphore.acquire(never);
  first?.();
  first?.();
  await semaphore.acquire(never);
  const third = new AbortController();
  const waiting = semaphore.acquire(third.signal);
  third.abort();
  expect(await waiting).toBeUndefined();
});

test("does not grant an aborted request", async () => {
  const semaphore = createSemaphore(1);
  const first = await semaphore.acquire(never);
  const aborting = new AbortController();
  const aborted = semaphore.acquire(aborting.signal);
  const next = semaphore.acquire(never);
  aborting.abort();
  expect(await aborted).toBeUndefined();
  first?.();
  expect(await next).toBeTypeOf("function");
  expect(await semaphore.acquire(AbortSignal.abort())).toBeUndefined();
});

test("counts slots that were taken over the limit", async () => {
  const semaphore = createSemaphore(1);
  const releases = [semaphore.acquireNow(), semaphore.acquireNow()];
  const waiting = semaphore.acquire(never);
  releases[0]?.();
  const aborting = new AbortController();
  const other = semaphore.acquire(aborting.signal);
  releases[1]?.();
  expect(await waiting).toBeTypeOf("function");
  aborting.abort();
  expect(await other).toBeUndefined();
});
