// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { defined } from "../../shared/lib/defined.ts";
import { jobYaml, json, type Problem, runToEnd, stdLog, yaml } from "../support/job-client.ts";
import { rawRequest } from "../support/raw-http.ts";
import { storageSnapshot } from "../support/read-storage.ts";
import { type SendOptions, send, type TextResponse } from "../support/send.ts";
import { root, useService } from "../support/service-process.ts";
import { until } from "../support/until.ts";

const service = useService();
const validJob = jobYaml("echo hi");

let before: readonly string[];
beforeAll(async () => {
  await runToEnd(service().url, jobYaml("echo hi", "name: finished\n"));
  await runToEnd(service().url, jobYaml("exit 1", "name: other\n"));
  // The index row is written after all other files.
  await until(
    async () =>
      (await send(service().url, "GET /api/jobs"))
        .json<{ value: { status: string }[] }>()
        .value.map(({ status }) => status),
    (statuses) => statuses.join() === "Failed,Completed",
  );
});
beforeEach(async () => {
  before = await storageSnapshot(service().data);
});
afterEach(async () => {
  const after = await storageSnapshot(service().data);
  expect(after.filter((entry) => !before.includes(entry))).toEqual([]);
  // The row of a finished job may be deleted at any time.
  expect(before.filter((entry) => !after.includes(entry) && !entry.startsWith("openjobs "))).toEqual([]);
});

/** Expects a complete problem document. */
function expectProblem(answer: TextResponse, status: number, code: string): Problem {
  expect(answer).toMatchObject({
    status,
    headers: { "content-type": "application/problem+json", "x-ms-error-code": code },
  });
  const problem = answer.json<Problem & { type: string; title: string }>();
  expect(problem).toMatchObject({
    status,
    code,
    type: expect.any(String),
    title: expect.any(String),
    detail: expect.any(String),
    request_id: expect.any(String),
  });
  expect(answer.text).not.toMatch(/\n\s+at |node_modules/);
  return problem;
}

const post = (body: SendOptions["body"], headers: SendOptions["headers"] = yaml): Promise<TextResponse> =>
  send(service().url, "POST /api/jobs", { headers, ...defined({ body }) });

/** Aliases that multiply the size of each previous line by ten. */
const bomb = `command: echo hi\nenvironment: azureml:any@latest\ntags:\n  a: &a [x, x, x, x, x, x, x, x, x, x]\n${[
  ..."bcdefghi",
]
  .map((name, index) => `  ${name}: &${name} [${Array(10).fill(`*${"abcdefgh"[index]}`).join(", ")}]\n`)
  .join("")}`;

describe("a body that is not a job", () => {
  test.each<[string, SendOptions["body"], SendOptions["headers"], number, string]>([
    ["nothing", undefined, yaml, 400, "empty_body"],
    ["no bytes", "", yaml, 400, "empty_body"],
    ["blanks", "  \n", yaml, 400, "invalid_job"],
    ["invalid UTF-8", Uint8Array.of(0x61, 0x3a, 0xff, 0xfe), yaml, 400, "invalid_job"],
    ["invalid YAML", "command: [a", yaml, 400, "invalid_job"],
    ["invalid JSON", '{"command": ', json, 400, "invalid_job"],
    ["a tab as indentation", "command:\n\techo", yaml, 400, "invalid_job"],
    ["a list", "- command: echo hi", yaml, 400, "invalid_job"],
    ["a string", "echo hi", yaml, 400, "invalid_job"],
    ["a list in JSON", "[]", json, 400, "invalid_job"],
    ["null in JSON", "null", json, 400, "invalid_job"],
    ["two documents", `${validJob}---\n${validJob}`, yaml, 400, "invalid_job"],
    ["an alias bomb", bomb, yaml, 400, "invalid_job"],
    ["lists 100,000 deep", `tags: ${"[".repeat(100_000)}`, yaml, 400, "invalid_job"],
    ["lists 100,000 deep in JSON", `{"tags": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`, json, 400, "invalid_job"],
    ["mappings 100,000 deep", `tags: ${"{a: ".repeat(50_000)}`, yaml, 400, "invalid_job"],
    ["1 MB", `${validJob}description: ${"x".repeat(1024 * 1024)}\n`, yaml, 413, "body_too_large"],
    ["an unknown tag", "command: !!python/object/apply:os.system [echo]", yaml, 400, "invalid_job"],
    ["a zip without a media type", "PK\u0003\u0004", {}, 415, "unsupported_media_type"],
    ["a string without a media type", "echo hi", {}, 400, "invalid_job"],
    ["a wrong media type", validJob, { "content-type": "text/html" }, 415, "unsupported_media_type"],
    ["a form", validJob, { "content-type": "application/x-www-form-urlencoded" }, 415, "unsupported_media_type"],
    [
      "another charset",
      validJob,
      { "content-type": "application/yaml; charset=utf-16" },
      415,
      "unsupported_media_type",
    ],
    ["a compressed body", validJob, { ...yaml, "content-encoding": "gzip" }, 415, "unsupported_media_type"],
  ])("%s is rejected", async (_case, body, headers, status, code) => {
    expectProblem(await post(body, headers), status, code);
    expect(await send(service().url, "GET /api/health")).toMatchObject({ status: 200 });
  });
});

describe("a job with a wrong field", () => {
  test.each<[string, string, string, string]>([
    ["an unknown field", `${validJob}comand: echo\n`, "/comand", "unknown_field"],
    ["no command", "environment: azureml:any@latest\n", "/command", "missing_field"],
    ["a list instead of a string", "command: [echo]\nenvironment: azureml:any@latest\n", "/command", "wrong_type"],
    ["a string instead of a mapping", `${validJob}tags: text\n`, "/tags", "wrong_type"],
    ["a string instead of a number", `${validJob}limits: {timeout: soon}\n`, "/limits/timeout", "wrong_type"],
    ["__proto__ as a field", `${validJob}__proto__: {status: x}\n`, "/__proto__", "unknown_field"],
    ["constructor as a field", `${validJob}constructor: {prototype: x}\n`, "/constructor", "unknown_field"],
    ["a name with ../", `${validJob}name: ../../escape\n`, "/name", "invalid_name"],
    ["a name with a non-ASCII letter", `${validJob}name: iriß\n`, "/name", "invalid_name"],
    ["a name with a control character", `${validJob}name: "a\\u0000b"\n`, "/name", "invalid_name"],
    ["a name that begins with a dot", `${validJob}name: .hidden\n`, "/name", "invalid_name"],
    ["a name of 256 characters", `${validJob}name: ${"a".repeat(256)}\n`, "/name", "invalid_name"],
    ["a missing input", jobYaml("echo ${{inputs.none}}"), "/command", "unknown_input"],
    ["code without a bundle", `${validJob}code: ./src\n`, "/code", "needs_bundle"],
    [
      "a secret in a variable's URL",
      `${validJob}environment_variables: {URL: "https://user:secret@example.org/"}\n`,
      "/environment_variables/URL",
      "inline_secret",
    ],
  ])("%s is reported with pointer and code", async (_case, body, pointer, code) => {
    const problem = expectProblem(await post(body), 400, "invalid_job");
    expect(problem.issues).toContainEqual(expect.objectContaining({ pointer, code }));
    expect(JSON.stringify(problem)).not.toContain("secret@");
  });

  test("does not change objects of the service by __proto__ keys", async () => {
    const body =
      '{"command": "echo hi", "environment": "azureml:any@latest", ' +
      '"tags": {"__proto__": {"polluted": "yes"}}, "__proto__": {"polluted": "yes"}}';
    expectProblem(await post(body, json), 400, "invalid_job");
    expect((await send(service().url, "GET /api/jobs/finished")).json().polluted).toBeUndefined();
  });

  test("reports all issues at once, with line and column", async () => {
    const { issues = [] } = expectProblem(await post("comand: echo\ntags: text\n"), 400, "invalid_job");
    expect(issues).toContainEqual(expect.objectContaining({ pointer: "/comand", line: 1, column: 1 }));
    expect(issues).toContainEqual(expect.objectContaining({ pointer: "/tags", line: 2 }));
  });

  test("reports a job type that the local backend cannot run", async () => {
    const answer = await post(readFileSync(join(root, "examples/sweep.yml")));
    expect(answer.status).toBe(422);
    expect(answer.json<Problem>()).toMatchObject({
      code: "unsupported_by_backend",
      detail: expect.stringContaining("type sweep"),
      issues: [{ pointer: "/type", line: expect.any(Number), column: 7 }],
    });
  });
});

test("returns 404 without a body, from the host, for a path outside of the API", async () => {
  const { status, text, headers } = await send(service().url, "GET /nope");
  expect([status, text, headers["x-ms-request-id"]]).toEqual([404, "", undefined]);
});

describe("a name in the path", () => {
  const put = (path: string, body = validJob) => send(service().url, `PUT /api/jobs/${path}`, { headers: yaml, body });

  test.each([
    ["..%2F..%2Fescape", 400, "invalid_name"],
    ["a%01b", 400, "invalid_name"],
    ["iri%C3%9F", 400, "invalid_name"],
    ["%20", 400, "invalid_name"],
    [".hidden", 400, "invalid_name"],
    ["a".repeat(256), 400, "invalid_name"],
  ])("is rejected by PUT: %s", async (path, status, code) => {
    expectProblem(await put(path), status, code);
  });

  test("is rejected by the host if it contains NUL, as in Azure", async () => {
    expect(await put("a%00b")).toMatchObject({ status: 400, text: "" });
  });

  test("is rejected if it differs from the name in the body", async () => {
    expectProblem(await put("one", `${validJob}name: two\n`), 400, "name_mismatch");
  });

  test("is rejected if a job with another spec has it", async () => {
    expectProblem(await put("finished", jobYaml("echo other")), 409, "job_exists");
    expectProblem(await post(`${validJob}name: finished\ntags: {a: b}\n`), 409, "job_exists");
  });

  test.each([
    "GET /api/jobs/none",
    "GET /api/jobs/none/timeline",
    "GET /api/jobs/none/log_files",
    `GET /api/jobs/none/log_files/${stdLog}`,
    "POST /api/jobs/none/cancel",
    "GET /api/jobs/..%2Ffinished",
    "GET /api/jobs/a%01b",
  ])("returns 404 for %s", async (line) => {
    expectProblem(await send(service().url, line), 404, "job_not_found");
  });

  test("rejects the cancel of a finished job", async () => {
    expectProblem(await send(service().url, "POST /api/jobs/finished/cancel"), 409, "job_already_finished");
    expectProblem(await send(service().url, "POST /api/jobs/other/cancel"), 409, "job_already_finished");
  });

  test.each([
    "..%2F..%2Fother%2Fuser_logs%2Fstd_log.txt",
    "user_logs/..%2F..%2F..%2Fother%2Fuser_logs%2Fstd_log.txt",
    "..%5Cother",
    "user_logs/none.txt",
    "other/user_logs/std_log.txt",
    "user_logs/std_log.txt%01",
  ])("returns 404 for the log path %s", async (log) => {
    expectProblem(await send(service().url, `GET /api/jobs/finished/log_files/${log}`), 404, "log_not_found");
  });

  test("does not read the log of another job by dot segments in a path", async () => {
    const answer = await send(
      service().url,
      "GET /api/jobs/finished/log_files/../../other/log_files/../../../etc/passwd",
    );
    expect(answer.status).toBe(404);
  });
});

describe("a request of another site or machine", () => {
  test.each<[string, Record<string, string>, string]>([
    ["a Host of another name", { host: "evil.example" }, "not_loopback"],
    ["a Host that begins with localhost", { host: "localhost.evil.example" }, "not_loopback"],
    ["a Host in a private network", { host: "192.168.0.10:7071" }, "not_loopback"],
    ["an Origin of another site", { origin: "https://evil.example" }, "foreign_origin"],
    ["an Origin of another port", { origin: "http://127.0.0.1:1" }, "foreign_origin"],
    ["the Origin null", { origin: "null" }, "foreign_origin"],
    ["a page of another site", { "sec-fetch-site": "cross-site" }, "foreign_origin"],
    ["a page of the same site with another origin", { "sec-fetch-site": "same-site" }, "foreign_origin"],
  ])("with %s is rejected by every route", async (_case, headers, code) => {
    expectProblem(await post(validJob, { ...yaml, ...headers }), 403, code);
    expectProblem(await send(service().url, "GET /api/jobs", { headers }), 403, code);
    expectProblem(await send(service().url, `GET /api/jobs/finished/log_files/${stdLog}`, { headers }), 403, code);
    expectProblem(await send(service().url, "POST /api/jobs/finished/cancel", { headers }), 403, code);
  });
});

test("serves other clients while 200 clients send slowly, half of them in the middle of a body", async () => {
  const head = "POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/yaml\r\n";
  const slow = Array.from({ length: 200 }, (_, index) =>
    rawRequest(service().url, index % 2 === 0 ? head : `${head}Content-Length: 100\r\n\r\ncommand:`),
  );
  await until(
    () => slow.filter(({ socket }) => socket.bytesWritten > 0).length,
    (connected) => connected === slow.length,
  );
  expect(await send(service().url, "GET /api/jobs")).toMatchObject({ status: 200 });
  expect(await send(service().url, "POST /api/jobs?dry_run=true", { headers: yaml, body: validJob })).toMatchObject({
    status: 200,
  });
  expect(slow.filter(({ socket, text }) => text() !== "" || socket.closed)).toEqual([]);
  for (const { socket } of slow) socket.destroy();
});

describe("an unknown route", () => {
  test.each([
    ["GET /api/nothing"],
    ["POST /api/jobs/finished/log_files/a/b/c/../../../../nothing"],
    ["GET /api"],
    ["GET /api/jobs/finished/nothing/at/all"],
    ["OPTIONS /api/nothing"],
  ])("returns 404 for %s", async (line) => {
    expectProblem(await send(service().url, line), 404, "route_not_found");
  });

  test.each([
    ["DELETE /api/jobs", "GET, HEAD, POST"],
    ["OPTIONS /api/jobs", "GET, HEAD, POST"],
    ["PUT /API/Jobs/", "GET, HEAD, POST"],
    ["POST /api/jobs/finished", "DELETE, GET, HEAD, PATCH, PUT"],
    ["GET /api/jobs/finished/cancel", "POST"],
    ["POST /api/health", "GET, HEAD"],
    [`DELETE /api/jobs/finished/log_files/${stdLog}`, "GET, HEAD"],
    ["PATCH /api/jobs/none/outputs/a%2Fb", "GET, HEAD"],
  ])("rejects %s with 405 and Allow: %s", async (line, allow) => {
    const answer = await send(service().url, line);
    expectProblem(answer, 405, "method_not_allowed");
    expect(answer.headers.allow).toBe(allow);
  });

  test("responds to HEAD with the headers of the problem and no body", async () => {
    expect(await send(service().url, "HEAD /api/nothing")).toMatchObject({
      status: 404,
      text: "",
      headers: { "x-ms-error-code": "route_not_found" },
    });
    expect(await send(service().url, "HEAD /api/jobs/finished/cancel")).toMatchObject({
      status: 405,
      text: "",
      headers: { allow: "POST" },
    });
  });

  test.each([
    "GET /api/jobs?maxpagesize=0",
    "GET /api/jobs?maxpagesize=abc",
    "GET /api/jobs?maxpagesize=201",
    "GET /api/jobs?nothing=1",
    "GET /api/jobs?continuation=abc",
    "GET /api/jobs/finished?wait=61",
    "GET /api/jobs?created_after=yesterday",
    "GET /api/jobs/finished?x=1",
    "POST /api/jobs?dry_run=maybe",
    "GET /api/jobs?status=Completed,Frobnicating",
    "GET /api/jobs?active=maybe",
    `GET /api/jobs/finished/log_files/${stdLog}?redirect=maybe`,
  ])("rejects %s with the name of the parameter", async (line) => {
    const problem = expectProblem(
      await send(service().url, line, line.startsWith("POST") ? { headers: yaml, body: validJob } : {}),
      400,
      "invalid_query",
    );
    expect(problem.issues).toHaveLength(1);
  });

  test("rejects an unsupported Accept with 406", async () => {
    expectProblem(
      await send(service().url, "GET /api/jobs/finished", { headers: { accept: "text/html" } }),
      406,
      "not_acceptable",
    );
  });
});
