import { expect, test } from "vitest";
import { createHttpThrottle } from "../../../../local/host/http-throttle.ts";
import { settle } from "../../../support/fake-clock.ts";

test("no more than maxOutstandingRequests are let in until one leaves", () => {
  const throttle = createHttpThrottle(2, -1);
  const first = throttle.enter();
  throttle.enter();
  expect(throttle.enter()).toBeUndefined();
  first?.leave();
  expect(throttle.enter()).toBeDefined();
});

test("-1 lets everybody in", () => {
  const throttle = createHttpThrottle(-1, -1);
  for (let index = 0; index < 1000; index += 1) expect(throttle.enter()).toBeDefined();
});

test("no more than maxConcurrentRequests run at once, in the order in which they came", async () => {
  const throttle = createHttpThrottle(-1, 2);
  const begun: number[] = [];
  const releases: (() => void)[] = [];
  const runs = [0, 1, 2, 3].map((index) =>
    throttle.run(async () => {
      begun.push(index);
      await new Promise<void>((resolve) => releases.push(resolve));
    }),
  );
  await settle();
  expect(begun).toEqual([0, 1]);
  releases[0]?.();
  await settle();
  expect(begun).toEqual([0, 1, 2]);
  releases[1]?.();
  releases[2]?.();
  await settle();
  releases[3]?.();
  await Promise.all(runs);
  expect(begun).toEqual([0, 1, 2, 3]);
});

test("a run that fails gives its place back", async () => {
  const throttle = createHttpThrottle(-1, 1);
  await expect(throttle.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await expect(throttle.run(async () => "yes")).resolves.toBe("yes");
});
