import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createConcurrencyLimit, limitSizes, withSlot } from "../../../../shared/api/access/concurrency-limits.ts";

const size = { what: "calls", atOnce: 2, inLine: 1 };
const never = new AbortController().signal;

test("a budget has so many places at once, and so many calls in line; one more is refused with Retry-After", async () => {
  const budget = createConcurrencyLimit(size);
  const [first, second] = [await budget.acquire(), await budget.acquire()];
  const third = budget.acquire();
  await expect(budget.acquire()).rejects.toMatchObject({
    code: "too_many_requests",
    retryAfterSeconds: 2,
    message: expect.stringContaining("3 calls"),
  });
  expect(budget.tryAcquire()).toBeUndefined();
  first.release();
  first.release();
  (await third).release();
  second.release();
  expect([budget.tryAcquire(), budget.tryAcquire(), budget.tryAcquire()].map((place) => place !== undefined)).toEqual([
    true,
    true,
    false,
  ]);
});

test("a place that is left goes to the call that waits longest", async () => {
  const budget = createConcurrencyLimit({ what: "calls", atOnce: 1, inLine: 3 });
  const first = await budget.acquire();
  const order: number[] = [];
  const others = [1, 2, 3].map((number) => withSlot(budget, never, async () => void order.push(number)));
  first.release();
  await Promise.all(others);
  expect(order).toEqual([1, 2, 3]);
});

test("a call does not wait in line for ever, and gives its turn to others", async () => {
  const budget = createConcurrencyLimit(size, 20);
  const [first] = [await budget.acquire(), await budget.acquire()];
  await expect(budget.acquire()).rejects.toMatchObject({ code: "too_many_requests" });
  const next = budget.acquire();
  first.release();
  await next;
});

test("a caller that leaves while it waits takes no place", async () => {
  const budget = createConcurrencyLimit(size);
  const [first] = [await budget.acquire(), await budget.acquire()];
  const gone = new AbortController();
  const waiting = budget.acquire(gone.signal);
  gone.abort();
  await expect(waiting).rejects.toMatchObject({ code: "too_many_requests" });
  first.release();
  expect(budget.tryAcquire()).toBeDefined();
});

test("a caller that has left before it waits takes no place in line", async () => {
  const budget = createConcurrencyLimit(size);
  await Promise.all([budget.acquire(), budget.acquire()]);
  const started = performance.now();
  await expect(budget.acquire(AbortSignal.abort())).rejects.toMatchObject({ code: "too_many_requests" });
  expect(performance.now() - started).toBeLessThan(5000);
});

test("work that fails leaves its place", async () => {
  const budget = createConcurrencyLimit({ what: "calls", atOnce: 1, inLine: 0 });
  for (const _ of [1, 2])
    await expect(withSlot(budget, never, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
});

test("all budgets together are fewer than the requests that host.json lets in, which leaves room for health", () => {
  const { extensions } = JSON.parse(readFileSync(join(import.meta.dirname, "../../../../host.json"), "utf8"));
  const places = Object.values(limitSizes).reduce((sum, { atOnce, inLine }) => sum + atOnce + inLine, 0);
  expect(places).toBeLessThanOrEqual(0.9 * extensions.http.maxConcurrentRequests);
  expect(extensions.http.maxConcurrentRequests).toBeLessThanOrEqual(extensions.http.maxOutstandingRequests);
});
