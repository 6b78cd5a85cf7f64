import { describe, expect, test } from "vitest";
import { createConcurrencyLimits } from "../../../../shared/api/access/concurrency-limits.ts";
import { createWrapHandler } from "../../../../shared/api/response/wrap-handler.ts";
import { type ErrorCode, errorStatus } from "../../../../shared/core/error-status.ts";
import { ServiceError } from "../../../../shared/core/errors.ts";
import { context, readResponse, request } from "../../../support/http.ts";

const respond = createWrapHandler(() => undefined, createConcurrencyLimits());

async function answerTo(error: unknown) {
  const { context: invocation, logged } = context();
  const answer = await respond(async () => {
    throw error;
  })(request({ url: "/api/jobs?code=secret" }), invocation);
  return { ...(await readResponse(answer as never)), logged };
}

/** The whole table, so that a code never changes its status unseen. */
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
    const answer = await answerTo(new ServiceError(code as ErrorCode, "What is wrong."));
    expect([answer.status, errorStatus[code as ErrorCode]]).toEqual([status, status]);
    expect(JSON.parse(answer.text)).toEqual({
      type: `urn:jobgate:error:${code}`,
      title,
      status,
      detail: "What is wrong.",
      code,
      request_id: "invocation-1",
    });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "application/problem+json",
      "x-ms-error-code": code,
      "x-ms-request-id": "invocation-1",
      "cache-control": "no-store",
    });
  });

  test.each(Object.entries(table).filter(([, [status]]) => status === 429 || status === 503))(
    "of %s says when to try again, even where its cause does not",
    async (code) => {
      expect((await answerTo(new ServiceError(code as ErrorCode, "Later."))).headers.get("retry-after")).toBe("5");
      expect(
        (await answerTo(new ServiceError(code as ErrorCode, "Later.", { retryAfterSeconds: 0.2 }))).headers.get(
          "retry-after",
        ),
      ).toBe("1");
    },
  );

  test("has the issues, and what else the error tells", async () => {
    const issues = [
      { pointer: "/comand", line: 3, column: 1, code: "unknown_field", message: "comand is not a field." },
    ];
    const answer = await answerTo(new ServiceError("invalid_job", "No.", { issues, extra: { name: "iris" } }));
    expect(JSON.parse(answer.text)).toMatchObject({ issues, name: "iris" });
  });

  test.each([
    [0.2, "1"],
    [5, "5"],
    [4.1, "5"],
  ])("says in whole seconds when to try again: %d is %s", async (retryAfterSeconds, header) => {
    expect(
      (await answerTo(new ServiceError("unavailable", "No.", { retryAfterSeconds }))).headers.get("retry-after"),
    ).toBe(header);
  });

  test("has the headers of its error", async () => {
    const answer = await answerTo(
      new ServiceError("range_not_satisfiable", "No.", { headers: { "content-range": "bytes */12" } }),
    );
    expect(answer.headers.get("content-range")).toBe("bytes */12");
  });
});

describe("an error that nobody expected", () => {
  const secret = "AccountKey=c2VjcmV0";

  test.each([new Error(secret), new TypeError(secret), secret, undefined, { message: secret }])(
    "is an opaque 500 (%#)",
    async (error) => {
      const answer = await answerTo(error);
      expect(answer.status).toBe(500);
      expect(JSON.parse(answer.text)).toMatchObject({
        code: "internal_error",
        detail: "Something went wrong on our side. The log has more under request invocation-1.",
      });
      expect(answer.text).not.toContain("c2VjcmV0");
      expect(answer.logged).toMatchObject([{ level: "error" }]);
    },
  );

  test("is in the log, as are the cause of an outage and, in one line without the query, what a caller did wrong", async () => {
    expect((await answerTo(new Error("the detail"))).logged).toMatchObject([
      { level: "error", text: expect.stringContaining("the detail") },
    ]);
    const outage = new ServiceError("unavailable", "Storage is away.", { cause: new Error("connect ECONNREFUSED") });
    expect((await answerTo(outage)).logged).toEqual([
      {
        level: "warning",
        text: "GET /api/jobs is refused: 503 unavailable: unreachable: Storage is away (connect ECONNREFUSED)",
      },
    ]);
    expect((await answerTo(new ServiceError("job_not_found", "No."))).logged).toEqual([
      { level: "information", text: "GET /api/jobs is refused: 404 job_not_found" },
    ]);
  });
});

describe("every answer", () => {
  test("has the id of its request, besides its own headers", async () => {
    const answer = await respond(async () => ({ status: 200, headers: { etag: '"1"' }, body: "x" }))(
      request(),
      context().context,
    );
    expect(Object.fromEntries((await readResponse(answer as never)).headers)).toMatchObject({
      "x-ms-request-id": "invocation-1",
      etag: '"1"',
    });
  });

  test("can be sent whatever a caller wrote: no header holds a caller's text as it came", async () => {
    const hostile = 'x\r\nset-cookie: a=b"\u0000é';
    const errors = [
      new ServiceError("not_acceptable", `Accept was ${hostile}`),
      new ServiceError("unsupported_media_type", hostile, { headers: { "accept-post": "application/json" } }),
      new ServiceError("unavailable", hostile, { extra: { name: hostile } }),
    ];
    for (const error of errors) expect((await answerTo(error)).headers.get("set-cookie")).toBeNull();
  });
});
