import { expect, test } from "vitest";
import { forEachConcurrent } from "../../../shared/lib/for-each-concurrent.ts";

test("processes all items with at most `limit` calls at once, and takes no item too early", async () => {
  let taken = 0;
  async function* items() {
    for (; taken < 20; taken++) yield taken;
  }
  const done: number[] = [];
  let running = 0;
  let most = 0;
  await forEachConcurrent(items(), 3, async (item) => {
    running += 1;
    most = Math.max(most, running);
    expect(taken - done.length).toBeLessThanOrEqual(3);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    done.push(item);
  });
  expect(most).toBe(3);
  expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
});

test("processes a list in order with a limit of 1", async () => {
  const done: string[] = [];
  await forEachConcurrent(["a", "b", "c"], 1, async (item) => void done.push(item));
  expect(done).toEqual(["a", "b", "c"]);
});

test("starts no call after an error, and throws it once all running calls have ended", async () => {
  async function* items() {
    yield* [1, 2, 3, 4, 5, 6];
  }
  const started: number[] = [];
  const ended: number[] = [];
  const run = forEachConcurrent(items(), 2, async (item) => {
    started.push(item);
    await new Promise((resolve) => setImmediate(resolve));
    if (item === 1) throw new Error("one");
    await new Promise((resolve) => setImmediate(resolve));
    ended.push(item);
  });
  await expect(run).rejects.toThrow("one");
  expect(started).toEqual([1, 2]);
  expect(ended).toEqual([2]);
});

test("throws an error of the sequence itself", async () => {
  async function* items() {
    yield 1;
    throw new Error("no more");
  }
  await expect(forEachConcurrent(items(), 4, async () => undefined)).rejects.toThrow("no more");
});
