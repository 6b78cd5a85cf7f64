import type { UserDelegationKey } from "@azure/storage-blob";
import { describe, expect, test } from "vitest";
import { createDelegationKeys } from "../../../../shared/storage/account/delegation-keys.ts";
import { createStorageCall } from "../../../../shared/storage/account/storage-call.ts";
import { createManualClock } from "../../../support/memory/clock.ts";

const hour = 60 * 60_000;

/** Keys of an account with the given responses, and the number of requests. */
function setup() {
  const clock = createManualClock();
  const requests: { readonly start: Date; readonly end: Date }[] = [];
  const account = { answer: async () => undefined as unknown };
  const blobs = {
    async getUserDelegationKey(start: Date, end: Date) {
      requests.push({ start, end });
      await account.answer();
      return { signedStartsOn: start, signedExpiresOn: end, value: `key ${requests.length}` } as UserDelegationKey;
    },
  };
  const keys = createDelegationKeys(blobs as never, createStorageCall({ timeoutMs: 1000 }), clock);
  return { clock, requests, account, keys };
}

describe("the user delegation key", () => {
  test("is requested once for concurrent callers", async () => {
    const { keys, requests } = setup();
    const got = await Promise.all([keys.get(), keys.get(), keys.get()]);
    expect(new Set(got.map(({ value }) => value))).toEqual(new Set(["key 1"]));
    expect(requests).toHaveLength(1);
  });

  test("is requested for a period that storage allows, from a little before now", async () => {
    const { keys, requests, clock } = setup();
    await keys.get();
    const now = clock.now().getTime();
    expect(requests[0]?.start.getTime()).toBeLessThan(now);
    expect((requests[0]?.end.getTime() ?? 0) - now).toBeLessThanOrEqual(7 * 24 * hour);
  });

  test("is requested again after half of its lifetime", async () => {
    const { keys, clock } = setup();
    await keys.get();
    clock.advance(11 * hour);
    expect((await keys.get()).value).toBe("key 1");
    clock.advance(2 * hour);
    expect((await keys.get()).value).toBe("key 2");
  });

  test("is used until it expires while no new one can be requested", async () => {
    const { keys, clock, account } = setup();
    await keys.get();
    account.answer = () => Promise.reject(Object.assign(new Error("down"), { statusCode: 403 }));
    clock.advance(23 * hour);
    expect((await keys.get()).value).toBe("key 1");
    clock.advance(hour);
    await expect(keys.get()).rejects.toThrow("lacks a permission");
  });

  test("is requested again after a failure", async () => {
    const { keys, account } = setup();
    account.answer = () => Promise.reject(Object.assign(new Error("down"), { statusCode: 403 }));
    await expect(keys.get()).rejects.toThrow("lacks a permission");
    account.answer = async () => undefined;
    expect((await keys.get()).value).toBe("key 2");
  });

  test("is returned to the other callers when one of them cancels", async () => {
    const { keys, account } = setup();
    const { promise, resolve } = Promise.withResolvers<void>();
    account.answer = () => promise;
    const caller = new AbortController();
    const first = keys.get({ signal: caller.signal });
    const second = keys.get();
    caller.abort(new Error("the caller gave up"));
    await expect(first).rejects.toThrow("the caller gave up");
    resolve();
    expect((await second).value).toBe("key 1");
  });
});
