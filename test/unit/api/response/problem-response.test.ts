import { describe, expect, test } from "vitest";
import { createConcurrencyLimits } from "../../../../shared/api/access/concurrency-limits.ts";
import { createWrapHandler } from "../../../../shared/api/response/wrap-handler.ts";
import { type ErrorCode, errorStatus } from "../../../../shared/core/error-status.ts";
import { ServiceError } from "../../../../shared/core/errors.ts";
import { context, readResponse, request } from "../../../support/http.ts";

const wrap = createWrapHandler(() => undefined, createConcurrencyLimits());

async function responseTo(error: unknown) {
  const { context: invocation, logged } = context();
  const response = await wrap(async () => {
    throw error;
  })(request({ url: "/api/jobs?code=secret" }), invocation);
  return { ...(await readResponse(response as never)), logged };
}

/** A copy of the whole table, so that the status of a code cannot change by accident. */
const table: Readonly<Record<ErrorCode, readonly [number, string]>> = {
  invalid_request: [400, "Bad Request"],
  invalid_job: [400, "Bad Request"],
  invalid_bundle: [400, "Bad Request"],
  invalid_name: [400, "Bad Request"],
  invalid_query: [400, "Bad Request"],
  name_mismatch: [400, "Bad Request"],
  empty_body: [400, "Bad Request"],
  unauthenticated: [401, "Unauthorized"],
  not_loopback: [403, "Forbidden"],
  foreign_origin: [403, "Forbidden"],
  forbidden: [403, "Forbidden"],
  job_not_found: [404, "Not Found"],
  log_not_found: [404, "Not Found"],
  output_not_found: [404, "Not Found"],
  bundle_not_found: [404, "Not Found"],
  schema_not_found: [404, "Not Found"],
  route_not_found: [404, "Not Found"],
  method_not_allowed: [405, "Method Not Allowed"],
  not_acceptable: [406, "Not Acceptable"],
  request_timeout: [408, "Request Timeout"],
  name_taken: [409, "Conflict"],
  job_exists: [409, "Conflict"],
  job_already_finished: [409, "Conflict"],
  job_not_finished: [409, "Conflict"],
  conflict: [409, "Conflict"],
  precondition_failed: [412, "Precondition Failed"],
  body_too_large: [413, "Content Too Large"],
  file_too_large: [413, "Content Too Large"],
  edits_too_large: [413, "Content Too Large"],
  unsupported_media_type: [415, "Unsupported Media Type"],
  range_not_satisfiable: [416, "Range Not Satisfiable"],
  unsupported_by_backend: [422, "Unprocessable Content"],
  idempotency_mismatch: [422, "Unprocessable Content"],
  throttled: [429, "Too Many Requests"],
  too_many_requests: [429, "Too Many Requests"],
  quota_exceeded: [429, "Too Many Requests"],
  internal_error: [500, "Internal Server Error"],
  record_damaged: [500, "Internal Server Error"],
  record_too_new: [500, "Internal Server Error"],
  unavailable: [503, "Service Unavailable"],
};

describe("a problem document", () => {
  test.each(Object.entries(table))("of %s is %j", async (code, [status, title]) => {
    const response = await responseTo(new ServiceError(code as ErrorCode, "What is wrong."));
    expect([response.status, errorStatus[code as ErrorCode]]).toEqual([status, status]);
    expect(JSON.parse(response.text)).toEqual({
      type: `urn:jobgate:error:${code}`,
      title,
      status,
      detail: "What is wrong.",
      code,
      request_id: "invocation-1",
    });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "application/problem+json",
      "x-ms-error-code": code,
      "x-ms-request-id": "invocation-1",
      "cache-control": "no-store",
    });
  });

  test.each(Object.entries(table).filter(([, [status]]) => status === 429 || status === 503))(
    "of %s has Retry-After even if the error has none",
    async (code) => {
      expect((await responseTo(new ServiceError(code as ErrorCode, "Later."))).headers.get("retry-after")).toBe("5");
      expect(
        (await responseTo(new ServiceError(code as ErrorCode, "Later.", { retryAfterSeconds: 0.2 }))).headers.get(
          "retry-after",
        ),
      ).toBe("1");
    },
  );

  test("has the issues and the extra members of the error", async () => {
    const issues = [
      { pointer: "/comand", line: 3, column: 1, code: "unknown_field", message: "comand is not a field." },
    ];
    const response = await responseTo(new ServiceError("invalid_job", "No.", { issues, extra: { name: "iris" } }));
    expect(JSON.parse(response.text)).toMatchObject({ issues, name: "iris" });
  });

  test.each([
    [0.2, "1"],
    [5, "5"],
    [4.1, "5"],
  ])("rounds Retry-After up to whole seconds: %d is %s", async (retryAfterSeconds, header) => {
    expect(
      (await responseTo(new ServiceError("unavailable", "No.", { retryAfterSeconds }))).headers.get("retry-after"),
    ).toBe(header);
  });

  test("has the headers of the error", async () => {
    const response = await responseTo(
      new ServiceError("range_not_satisfiable", "No.", { headers: { "content-range": "bytes */12" } }),
    );
    expect(response.headers.get("content-range")).toBe("bytes */12");
  });
});

describe("an unexpected error", () => {
  const secret = "AccountKey=c2VjcmV0";

  test.each([new Error(secret), new TypeError(secret), secret, undefined, { message: secret }])(
    "becomes a 500 without details (%#)",
    async (error) => {
      const response = await responseTo(error);
      expect(response.status).toBe(500);
      expect(JSON.parse(response.text)).toMatchObject({
        code: "internal_error",
        detail: "An unexpected error occurred in the service. Its log has the details under request id invocation-1.",
      });
      expect(response.text).not.toContain("c2VjcmV0");
      expect(response.logged).toMatchObject([{ level: "error" }]);
    },
  );

  test("is logged, like the cause of an outage and the request of a rejected caller without its query", async () => {
    expect((await responseTo(new Error("the detail"))).logged).toMatchObject([
      { level: "error", text: expect.stringContaining("the detail") },
    ]);
    const outage = new ServiceError("unavailable", "Storage is away.", { cause: new Error("connect ECONNREFUSED") });
    expect((await responseTo(outage)).logged).toEqual([
      {
        level: "warning",
        text: "GET /api/jobs is rejected: 503 unavailable: unreachable: Storage is away (connect ECONNREFUSED)",
      },
    ]);
    expect((await responseTo(new ServiceError("job_not_found", "No."))).logged).toEqual([
      { level: "information", text: "GET /api/jobs is rejected: 404 job_not_found" },
    ]);
  });
});

describe("every response", () => {
  test("has the id of its request besides its own headers", async () => {
    const response = await wrap(async () => ({ status: 200, headers: { etag: '"1"' }, body: "x" }))(
      request(),
      context().context,
    );
    expect(Object.fromEntries((await readResponse(response as never)).headers)).toMatchObject({
      "x-ms-request-id": "invocation-1",
      etag: '"1"',
    });
  });

  test("contains no unencoded text of a caller in a header", async () => {
    const hostile = 'x\r\nset-cookie: a=b"\u0000é';
    const errors = [
      new ServiceError("not_acceptable", `Accept was ${hostile}`),
      new ServiceError("unsupported_media_type", hostile, { headers: { "accept-post": "application/json" } }),
      new ServiceError("unavailable", hostile, { extra: { name: hostile } }),
    ];
    for (const error of errors) expect((await responseTo(error)).headers.get("set-cookie")).toBeNull();
  });
});
