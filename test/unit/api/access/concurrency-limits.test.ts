import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createConcurrencyLimit, limitSizes, withSlot } from "../../../../shared/api/access/concurrency-limits.ts";

const size = { label: "calls", running: 2, queued: 1 };
const never = new AbortController().signal;

test("rejects a request with Retry-After if all slots are taken and the queue is full", async () => {
  const limit = createConcurrencyLimit(size);
  const [first, second] = [await limit.acquire(), await limit.acquire()];
  const third = limit.acquire();
  await expect(limit.acquire()).rejects.toMatchObject({
    code: "too_many_requests",
    retryAfterSeconds: 2,
    message: expect.stringContaining("3 calls"),
  });
  expect(limit.tryAcquire()).toBeUndefined();
  first.release();
  first.release();
  (await third).release();
  second.release();
  const slots = [limit.tryAcquire(), limit.tryAcquire(), limit.tryAcquire()];
  expect(slots.map((slot) => slot !== undefined)).toEqual([true, true, false]);
});

test("passes a released slot to the request that has waited longest", async () => {
  const limit = createConcurrencyLimit({ label: "calls", running: 1, queued: 3 });
  const first = await limit.acquire();
  const order: number[] = [];
  const others = [1, 2, 3].map((number) => withSlot(limit, never, async () => void order.push(number)));
  first.release();
  await Promise.all(others);
  expect(order).toEqual([1, 2, 3]);
});

test("rejects a request that waits too long, and frees its place in the queue", async () => {
  const limit = createConcurrencyLimit(size, 20);
  const [first] = [await limit.acquire(), await limit.acquire()];
  await expect(limit.acquire()).rejects.toMatchObject({ code: "too_many_requests" });
  const next = limit.acquire();
  first.release();
  await next;
});

test("removes a client that disconnects from the queue", async () => {
  const limit = createConcurrencyLimit(size);
  const [first] = [await limit.acquire(), await limit.acquire()];
  const client = new AbortController();
  const waiting = limit.acquire(client.signal);
  client.abort();
  await expect(waiting).rejects.toMatchObject({ code: "too_many_requests" });
  first.release();
  expect(limit.tryAcquire()).toBeDefined();
});

test("does not queue a client that has already disconnected", async () => {
  const limit = createConcurrencyLimit(size);
  await Promise.all([limit.acquire(), limit.acquire()]);
  const started = performance.now();
  await expect(limit.acquire(AbortSignal.abort())).rejects.toMatchObject({ code: "too_many_requests" });
  expect(performance.now() - started).toBeLessThan(5000);
});

test("releases the slot of work that fails", async () => {
  const limit = createConcurrencyLimit({ label: "calls", running: 1, queued: 0 });
  for (const _ of [1, 2])
    await expect(withSlot(limit, never, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
});

test("all limits together are below that of host.json, which leaves requests for health probes", () => {
  const { extensions } = JSON.parse(readFileSync(join(import.meta.dirname, "../../../../host.json"), "utf8"));
  const sum = Object.values(limitSizes).reduce((total, { running, queued }) => total + running + queued, 0);
  expect(sum).toBeLessThanOrEqual(0.9 * extensions.http.maxConcurrentRequests);
  expect(extensions.http.maxConcurrentRequests).toBeLessThanOrEqual(extensions.http.maxOutstandingRequests);
});
