import { describe, expect, test } from "vitest";
import { createAuthorize } from "../../../../shared/api/access/authorize.ts";
import { createConcurrencyLimits } from "../../../../shared/api/access/concurrency-limits.ts";
import { readBody } from "../../../../shared/api/request/read-body.ts";
import { readSubmitter, withSubmission } from "../../../../shared/api/request/read-submission.ts";
import { defined } from "../../../../shared/lib/defined.ts";
import { request } from "../../../support/http.ts";

const caller = createAuthorize({ auth: "none", platformAuthenticates: false })(request());
const limits = {
  maxBodyBytes: 100,
  maxBundleBytes: 1000,
  concurrency: createConcurrencyLimits(),
  closed: new AbortController().signal,
};
const post = (body: string | Uint8Array | undefined, headers: Record<string, string> = {}) =>
  request({
    method: "POST",
    headers: { "content-type": "application/yaml", ...headers },
    ...defined({ body }),
  });

describe("a submission", () => {
  test("contains the unchanged bytes and the submitter", async () => {
    expect(await withSubmission(post("command: écho"), caller, limits, (submission) => submission)).toEqual({
      source: Buffer.from("command: écho"),
      format: "yaml",
      door: "http",
      owner: "local",
      createdBy: { name: "local", type: "User" },
    });
  });

  test("with a function key is owned by the key", async () => {
    const byKey = createAuthorize({ auth: "key", platformAuthenticates: false })(request());
    expect(await withSubmission(post("a: 1"), byKey, limits, (submission) => submission)).toMatchObject({
      owner: "key",
      createdBy: { name: "key", type: "Key" },
    });
  });
});

describe("a request body", () => {
  test("that is empty is rejected", async () => {
    await expect(readBody(post(undefined), 10)).rejects.toMatchObject({ code: "empty_body" });
    await expect(readBody(post(""), 10)).rejects.toMatchObject({ code: "empty_body" });
  });

  test("with chunked transfer encoding, which the Functions host drops, is rejected with a fix", async () => {
    const chunked = request({ method: "POST", headers: { "transfer-encoding": "chunked" } });
    await expect(readBody(chunked, 10)).rejects.toMatchObject({
      code: "empty_body",
      message: expect.stringContaining("Content-Length"),
    });
  });

  test("is accepted up to the limit and rejected above it", async () => {
    expect((await readBody(post("x".repeat(10)), 10)).byteLength).toBe(10);
    await expect(readBody(post("x".repeat(11)), 10)).rejects.toMatchObject({ code: "body_too_large" });
  });

  test("with a Content-Length over the limit is not read at all", async () => {
    const sent = post("x", { "content-length": "1000000" });
    await expect(readBody(sent, 10)).rejects.toMatchObject({
      code: "body_too_large",
      message: "The body has 1000000 bytes; at most 10 are accepted.",
    });
    expect(sent.bodyUsed).toBe(false);
  });

  test("that exceeds the limit despite its Content-Length is rejected", async () => {
    await expect(readBody(post("x".repeat(1000), { "content-length": "5" }), 10)).rejects.toMatchObject({
      code: "body_too_large",
    });
  });

  test("without end is read up to the limit", async () => {
    let pulled = 0;
    const body = new ReadableStream({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(1000));
      },
    });
    const endless = { headers: new Headers(), body } as never;
    await expect(readBody(endless, 5000)).rejects.toMatchObject({ code: "body_too_large" });
    expect(pulled).toBeLessThan(10);
  });
});

describe("an idempotency key", () => {
  test.each([
    ["abc", "abc"],
    ['"abc"', "abc"],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ["  8e03978e-40d5-43dd-bc93-6894a57f9324 ", "8e03978e-40d5-43dd-bc93-6894a57f9324"],
    ["x".repeat(255), "x".repeat(255)],
  ])("%s has the value %s", (header, key) => {
    expect(readSubmitter(request({ headers: { "idempotency-key": header } }), caller).idempotencyKey).toBe(key);
  });

  test.each(["", '""', "x".repeat(256), "é"])("%j is rejected", (header) => {
    expect(() => readSubmitter(request({ headers: { "idempotency-key": header } }), caller)).toThrow(
      expect.objectContaining({ code: "invalid_request" }),
    );
  });

  test("is optional", () => {
    expect(readSubmitter(request(), caller)).not.toHaveProperty("idempotencyKey");
  });
});
