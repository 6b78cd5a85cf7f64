import { describe, expect, test } from "vitest";
import type { RegisteredFunction, RetryContext, RetryOptions } from "../../../../../local/host/app/core-types.ts";
import { retryPolicy, withRetries } from "../../../../../local/host/app/retry.ts";
import { backOffMs } from "../../../../../local/host/queues/back-off.ts";
import { createFakeClock } from "../../../../support/fake-clock.ts";

const fn = (retryOptions?: RetryOptions): RegisteredFunction => ({
  name: "f",
  bindings: {},
  callback: () => undefined,
  ...(retryOptions && { retryOptions }),
});
const fixed: RetryOptions = { retryStrategy: "fixedDelay", maxRetryCount: 2, delayInterval: { seconds: 3 } };
const noJitter = () => 1;

test("the wait grows from the minimum to the maximum", () => {
  expect([0, 1, 2, 3, 4, 5].map((count) => backOffMs(count, 100, 1000, 1))).toEqual([100, 200, 300, 500, 900, 1000]);
  expect(backOffMs(1, 100, 1000, 0.8)).toBe(180);
  expect(backOffMs(0, 100, 50, 1)).toBe(50);
});

describe("the policy of a function", () => {
  test("is its own, or else that of the app, or none", () => {
    const appWide = { strategy: "fixedDelay" as const, maxRetryCount: 9, delayInterval: 1000 };
    expect(retryPolicy(fn(fixed), appWide)?.maxRetryCount).toBe(2);
    expect(retryPolicy(fn(), appWide)).toMatchObject({ maxRetryCount: 9 });
    expect(retryPolicy(fn(), appWide)?.delayMs(0)).toBe(1000);
    expect(retryPolicy(fn(), undefined)).toBeUndefined();
  });

  test("doubles its delay if it is exponential", () => {
    const own: RetryOptions = {
      retryStrategy: "exponentialBackoff",
      maxRetryCount: 5,
      minimumInterval: { seconds: 1 },
      maximumInterval: { seconds: 6 },
    };
    const appWide = {
      strategy: "exponentialBackoff" as const,
      maxRetryCount: 5,
      minimumInterval: 1000,
      maximumInterval: 6000,
    };
    for (const policy of [retryPolicy(fn(own), undefined, noJitter), retryPolicy(fn(), appWide, noJitter)]) {
      expect([0, 1, 2, 3, 4].map((count) => policy?.delayMs(count))).toEqual([1000, 2000, 3000, 5000, 6000]);
    }
  });
});

function attempts(options: RetryOptions | undefined, succeedAt: number) {
  const clock = createFakeClock();
  const stopping = new AbortController();
  const seen: { context: RetryContext | undefined; atMs: number }[] = [];
  const startMs = clock.now().getTime();
  const result = withRetries(
    retryPolicy(fn(options), undefined),
    { clock, signal: stopping.signal },
    async (context) => {
      seen.push({ context, atMs: clock.now().getTime() - startMs });
      if (seen.length < succeedAt) throw new Error(`failure ${seen.length}`);
      return "done";
    },
  );
  result.catch(() => {});
  return { clock, stopping, seen, result };
}

describe("a function with retries", () => {
  test("receives the number of the attempt and the last error", async () => {
    const { clock, seen, result } = attempts(fixed, 3);
    await clock.advance(10_000);
    await expect(result).resolves.toBe("done");
    expect(seen.map(({ atMs }) => atMs)).toEqual([0, 3000, 6000]);
    expect(seen.map(({ context }) => context?.retryCount)).toEqual([0, 1, 2]);
    expect(seen[0]?.context).toEqual({ retryCount: 0, maxRetryCount: 2 });
    expect(seen[2]?.context?.exception?.message).toBe("failure 2");
  });

  test("fails with the last error after the last retry", async () => {
    const { clock, seen, result } = attempts(fixed, 99);
    await clock.advance(60_000);
    await expect(result).rejects.toThrow("failure 3");
    expect(seen).toHaveLength(3);
  });

  test("retries without limit with -1", async () => {
    const { clock, seen, result } = attempts({ ...fixed, maxRetryCount: -1 }, 50);
    await clock.advance(49 * 3000);
    await expect(result).resolves.toBe("done");
    expect(seen).toHaveLength(50);
  });

  test("does not wait for a retry when the host stops", async () => {
    const { clock, stopping, seen, result } = attempts(fixed, 99);
    await clock.advance(1000);
    stopping.abort();
    await expect(result).rejects.toThrow("failure 1");
    expect(seen).toHaveLength(1);
  });
});

test("a function without a policy runs once and has no retry context", async () => {
  const { seen, result } = attempts(undefined, 99);
  await expect(result).rejects.toThrow("failure 1");
  expect(seen.map(({ context }) => context)).toEqual([undefined]);
});
