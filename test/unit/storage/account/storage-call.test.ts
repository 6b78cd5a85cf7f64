import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import { createStorageCall } from "../../../../shared/storage/account/storage-call.ts";
import { StorageRefusal } from "../../../../shared/storage/account/storage-refusal.ts";

const call = createStorageCall({ timeoutMs: 5000, firstDelayMs: 1 });
const hasty = createStorageCall({ timeoutMs: 50 });
const secret = "c2VjcmV0LXNpZ25hdHVyZQ==";

/** An error of the SDKs, with the request, its signature and the response. */
function sdkError(fields: {
  statusCode?: number;
  code?: string;
  details?: unknown;
  headers?: Record<string, string>;
}): Error {
  const headers = new Map(Object.entries({ "x-ms-request-id": "request-1", ...fields.headers }));
  const request = {
    url: `https://a.blob.core.windows.net/c/b?sig=${secret}`,
    headers: { authorization: `SharedKey a:${secret}` },
  };
  return Object.assign(new Error(`Refused.\nTime:2026\nauthorization: SharedKey a:${secret}`), {
    name: "RestError",
    request,
    ...fields,
    response: { request, headers },
  });
}

/** Fails with each error in turn, then returns "done". */
function failing(...errors: readonly Error[]) {
  const left = [...errors];
  const tried = { count: 0 };
  const run = async () => {
    tried.count += 1;
    const error = left.shift();
    if (error !== undefined) throw error;
    return "done";
  };
  return { run, tried };
}

/** Ends only when its signal is aborted, like a request to a server that does not respond. */
const silent = (signal: AbortSignal) =>
  new Promise<never>((_, reject) =>
    signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError"))),
  );

const caught = async (promise: Promise<unknown>): Promise<ServiceError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ServiceError) return error;
  throw new Error(`Expected a ServiceError, got ${inspect(error)}`);
};

describe("an outage", () => {
  const outages = [
    { code: "ECONNREFUSED" },
    { code: "ECONNRESET" },
    { code: "REQUEST_SEND_ERROR" },
    { code: "PARSE_ERROR" },
    { statusCode: 500 },
    { statusCode: 503 },
    { statusCode: 408 },
  ];
  test.each(outages)("is tried again: %j", async (fields) => {
    const { run, tried } = failing(sdkError(fields), sdkError(fields));
    expect(await call("read a", run)).toBe("done");
    expect(tried.count).toBe(3);
  });

  test.each(outages)("that persists is `unavailable`, with its cause and a Retry-After: %j", async (fields) => {
    const { run } = failing(sdkError(fields), sdkError(fields), sdkError(fields));
    const error = await caught(call("read a", run));
    expect(error).toMatchObject({ code: "unavailable", retryAfterSeconds: 2, cause: expect.any(StorageRefusal) });
    expect(error.message).toContain("read a");
  });

  test("caused by the identity is `unavailable`", async () => {
    const gone = () => Object.assign(new Error("no token"), { name: "CredentialUnavailableError" });
    expect(await caught(call("read a", failing(gone(), gone(), gone()).run))).toMatchObject({ code: "unavailable" });
  });

  test("by throttling is not retried and has the Retry-After of the response", async () => {
    const { run, tried } = failing(sdkError({ statusCode: 429, headers: { "retry-after": "7" } }));
    expect(await caught(call("read a", run))).toMatchObject({ code: "unavailable", retryAfterSeconds: 7 });
    expect(tried.count).toBe(1);
  });

  test.each(["soon", "-1", "1000000"])("with the invalid Retry-After %j has the default one", async (value) => {
    const { run } = failing(sdkError({ statusCode: 429, headers: { "retry-after": value } }));
    expect(await caught(call("read a", run))).toMatchObject({ retryAfterSeconds: 2 });
  });

  test("is not retried if the call must not be repeated", async () => {
    const { run, tried } = failing(sdkError({ statusCode: 500 }));
    await caught(call("read a", run, { maxTries: 1 }));
    expect(tried.count).toBe(1);
  });
});

describe("the reason of an outage", () => {
  const cases: readonly (readonly [string, Parameters<typeof sdkError>[0], string])[] = [
    ["storage_full", { statusCode: 507 }, "there is no space left (507)"],
    ["storage_full", { statusCode: 500, code: "ENOSPC: no space left on device" }, "there is no space left (500)"],
    ["storage_refused", { statusCode: 500 }, "storage has an internal error (500)"],
    ["throttled", { statusCode: 503, code: "ServerBusy" }, "storage limits the number of calls (503)"],
    [
      "credential_missing",
      { statusCode: 403, code: "AuthenticationFailed" },
      "the service has no credential that storage accepts (403)",
    ],
    ["credential_missing", { statusCode: 401 }, "the service has no credential that storage accepts (401)"],
    [
      "forbidden",
      { statusCode: 403, code: "AuthorizationPermissionMismatch" },
      "the service's identity lacks a permission (403)",
    ],
    ["dns", { code: "ENOTFOUND" }, "its host name cannot be resolved (ENOTFOUND)"],
    ["unreachable", { code: "ECONNREFUSED" }, "it does not respond (ECONNREFUSED)"],
  ];
  test.each(cases)("is %s for %j, and the message describes it", async (reason, fields, words) => {
    const errors = [1, 2, 3].map(() => sdkError(fields));
    expect(await caught(call("write a", failing(...errors).run))).toMatchObject({
      code: "unavailable",
      reason,
      message: `Storage could not write a: ${words}.`,
    });
  });

  test("is storage_full for an internal error or no response while the disk of the storage is full", async () => {
    const onFullDisk = createStorageCall({ timeoutMs: 50, firstDelayMs: 1, isDiskFull: async () => true });
    const errors = [1, 2, 3].map(() => sdkError({ statusCode: 500 }));
    expect(await caught(onFullDisk("write a", failing(...errors).run))).toMatchObject({ reason: "storage_full" });
    expect(await caught(onFullDisk("write a", silent))).toMatchObject({ reason: "storage_full" });
    expect(await caught(onFullDisk("write a", failing(sdkError({ statusCode: 403 })).run))).toMatchObject({
      reason: "forbidden",
    });
  });

  test.each([401, 403])("prevents a retry for status %i", async (statusCode) => {
    const { run, tried } = failing(sdkError({ statusCode }));
    await caught(call("read a", run));
    expect(tried.count).toBe(1);
  });
});

describe("an error response", () => {
  test.each([400, 404, 416])("with status %i is thrown unchanged and not retried", async (statusCode) => {
    const { run, tried } = failing(sdkError({ statusCode, code: "SomeCode" }));
    await expect(call("read a", run)).rejects.toMatchObject({
      name: "StorageRefusal",
      statusCode,
      code: "SomeCode",
      requestId: "request-1",
    });
    expect(tried.count).toBe(1);
  });

  test.each([409, 412])("with status %i is a conflict with its cause", async (statusCode) => {
    expect(
      await caught(call("write a", failing(sdkError({ statusCode, details: { odataError: { code: "Taken" } } })).run)),
    ).toMatchObject({
      code: "conflict",
      cause: { code: "Taken" },
    });
  });

  test("contains no request, no signature and no key, however it is printed", async () => {
    for (const statusCode of [403, 409, 500]) {
      const errors = [1, 2, 3].map(() => sdkError({ statusCode }));
      const error: unknown = await call("write a", failing(...errors).run).catch((reason: unknown) => reason);
      expect(inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error)).not.toContain(secret);
    }
  });

  test("caused by an error of this code is thrown unchanged", async () => {
    const mistake = new TypeError("x is not a function");
    await expect(call("read a", failing(mistake).run)).rejects.toBe(mistake);
  });
});

describe("the time limit", () => {
  test("ends a call without a response", async () => {
    expect(await caught(hasty("read a", silent))).toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("50 ms"),
    });
  });

  test("ends a call that ignores its signal, as a credential may", async () => {
    const deaf = () => new Promise<never>(() => undefined);
    expect(await caught(hasty("read a", deaf))).toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("50 ms"),
    });
    const reason = new Error("the caller gave up");
    const caller = new AbortController();
    const ended = call("read a", deaf, { signal: caller.signal });
    caller.abort(reason);
    await expect(ended).rejects.toBe(reason);
  });

  test("applies to all tries together", async () => {
    const never = async () => {
      throw sdkError({ statusCode: 500 });
    };
    const started = performance.now();
    expect(await caught(hasty("read a", never))).toMatchObject({ code: "unavailable" });
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test("grows with the size of the transferred content", async () => {
    expect(await caught(hasty("write a", silent, { bytes: 51_200 }))).toMatchObject({
      message: expect.stringContaining("100 ms"),
    });
  });

  test("is not confused with a cancellation by the caller", async () => {
    const caller = new AbortController();
    expect(await caught(hasty("read a", silent, { signal: caller.signal }))).toMatchObject({ code: "unavailable" });
  });

  test("does not replace the reason of a caller that cancels", async () => {
    const reason = new Error("the caller gave up");
    const caller = new AbortController();
    const ended = call("read a", silent, { signal: caller.signal });
    caller.abort(reason);
    await expect(ended).rejects.toBe(reason);
  });

  test("does not replace the reason of a caller with a shorter limit", async () => {
    await expect(call("read a", silent, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
      name: "TimeoutError",
    });
  });

  test("does not start a call that the caller has already canceled", async () => {
    const reason = new Error("the caller gave up");
    const { run, tried } = failing();
    await expect(call("read a", run, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(tried.count).toBe(0);
  });
});

test("each try without a response is reported, also before a successful one; an error response is not", async () => {
  let unanswered = 0;
  const counting = createStorageCall({ timeoutMs: 50, firstDelayMs: 1, onNoResponse: () => (unanswered += 1) });
  await counting("read a", failing(sdkError({ code: "ECONNREFUSED" })).run);
  await counting("read a", failing(sdkError({ statusCode: 500 })).run);
  await caught(counting("read a", failing(sdkError({ statusCode: 429 })).run));
  expect(unanswered).toBe(1);
  await caught(counting("read a", silent));
  expect(unanswered).toBe(2);
});
