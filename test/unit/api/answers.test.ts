import { describe, expect, test } from "vitest";
import { filePaths, jobName, pathParameter } from "../../../shared/api/request/path-parameter.ts";
import { jobResponse } from "../../../shared/api/response/job-response.ts";
import { jsonResponse } from "../../../shared/api/response/json-response.ts";
import { dryRunResponse, submissionResponse } from "../../../shared/api/response/submission-response.ts";
import { loadJob } from "../../../shared/core/job/load-job.ts";
import { readResponse, request } from "../../support/http.ts";
import { jobReader } from "../../support/job-reader.ts";
import { newRecord } from "../../support/new-record.ts";

const url = "https://jobs.test";
const record = newRecord({ tags: { big: "1.0" } }, { revision: 7, log_names: ["a.txt"] });

describe("a job", () => {
  test("in JSON has its tag, which differs by form", async () => {
    const { status, headers, text } = await readResponse(jobResponse(jobReader, record, url));
    expect([status, headers.get("content-type"), headers.get("etag"), headers.get("vary")]).toEqual([
      200,
      "application/json",
      '"7"',
      "Accept",
    ]);
    expect(JSON.parse(text)).toMatchObject({
      name: "iris",
      revision: 7,
      log_files: { "a.txt": "https://jobs.test/api/jobs/iris/log_files/a.txt" },
    });
  });

  test("in YAML is the dump of today, which loads again", async () => {
    const { headers, text } = await readResponse(
      jobResponse(jobReader, record, url, { format: "yaml", extra: { warnings: [] } }),
    );
    expect([headers.get("content-type"), headers.get("etag")]).toEqual(["application/yaml", '"7-yaml"']);
    expect(text).toContain("status: NotStarted\n");
    expect(text).not.toContain("warnings");
    expect(loadJob(text).job?.name).toBe("iris");
  });

  test("in YAML has its notice as a comment of one line, and loads again", async () => {
    const notice = {
      code: "dns",
      message: "A host name\ncannot\u0007be resolved.",
      since: "2026-03-01T12:00:00.000Z",
    } as const;
    const { text } = await readResponse(jobResponse(jobReader, { ...record, notice }, url, { format: "yaml" }));
    expect(text.split("\n")[0]).toBe("# notice dns since 2026-03-01T12:00:00.000Z: A host name cannot be resolved.");
    expect(loadJob(text).job?.name).toBe("iris");
  });

  test.each([
    ["json", '"7-storage_full"'],
    ["yaml", '"7-yaml-storage_full"'],
  ] as const)("in %s with a notice that is not of its revision has another tag", async (format, etag) => {
    const { headers, text } = await readResponse(
      jobResponse(jobReader, { ...record, overlay: "storage_full" }, url, { format }),
    );
    expect(headers.get("etag")).toBe(etag);
    expect(text).not.toContain("overlay");
  });
});

describe("a submission", () => {
  test.each([
    [true, 201, null],
    [false, 200, "true"],
  ])("is new (%s): %i", async (created, code, replayed) => {
    const { status, headers, text } = await readResponse(
      submissionResponse(jobReader, { record, warnings: [], created }, url, "json"),
    );
    expect([status, headers.get("location"), headers.get("idempotency-replayed")]).toEqual([
      code,
      "https://jobs.test/api/jobs/iris",
      replayed,
    ]);
    expect(JSON.parse(text)).toMatchObject({ name: "iris", warnings: [] });
  });

  test("that is only tried shows the job and its YAML, with secrets masked", async () => {
    const { job, warnings } = loadJob({
      command: "curl https://user:hunter2@host.test/",
      environment: "azureml:cpu@latest",
    });
    if (job === undefined) throw new Error("not a job");
    const { status, headers, text } = await readResponse(dryRunResponse({ job, warnings, submittable: false }));
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(JSON.parse(text)).toMatchObject({
      valid: true,
      submittable: false,
      job: { type: "command" },
      warnings: [{ code: "inline_secret", blocks_submission: true }],
    });
    expect(text).not.toContain("hunter2");
  });
});

test("JSON is sent as such", async () => {
  const { status, headers, text } = await readResponse(jsonResponse({ a: 1 }, { "cache-control": "no-store" }, 503));
  expect([status, headers.get("content-type"), headers.get("cache-control"), text]).toEqual([
    503,
    "application/json",
    "no-store",
    '{"a":1}',
  ]);
});

describe("the route", () => {
  test("names a job", () => {
    expect(jobName(request({ params: { name: "iris-7" } }))).toBe("iris-7");
  });

  test.each(["", "../x", "a/b", "a.b", "-a", "a\u0000", "x".repeat(256), "ü"])("cannot name the job %j", (name) => {
    expect(() => jobName(request({ params: { name } }))).toThrow(expect.objectContaining({ code: "job_not_found" }));
  });

  test.each([
    [{ first: "a.txt" }, ["a.txt"]],
    [{ first: "user_logs", rest: "std_log.txt" }, ["user_logs/std_log.txt"]],
    [{ first: "a", rest: "b/c.txt" }, ["a/b/c.txt"]],
    [{ first: "a", rest: "" }, ["a"]],
    [{ first: "user_logs%2Fstd_log.txt" }, ["user_logs%2Fstd_log.txt", "user_logs/std_log.txt"]],
    [{ first: "a%2fb", rest: "c%2Fd" }, ["a%2fb/c%2Fd", "a/b/c/d"]],
    [{ first: "..%2Fa" }, ["..%2Fa", "../a"]],
  ])("%j may be the files %j", (params, paths) => {
    expect(filePaths(request({ params: params as never }))).toEqual(paths);
  });

  const sentAs = (url: string, first: string) =>
    filePaths(request({ params: { first }, headers: { "x-waws-unencoded-url": url } }));

  test.each([
    ["/api/jobs/iris/outputs/a%2Fb", "a%2Fb", ["a/b"]],
    ["/api/jobs/iris/outputs/a%252Fb?x=/1", "a%2Fb", ["a%2Fb"]],
    ["/api/jobs/iris/outputs/a%2Fb%252Fc", "a%2Fb%2Fc", ["a/b%2Fc"]],
    ["/api/jobs/iris/outputs/..%2Fb", "..%2Fb", ["../b"]],
    // Another path than that of the route is not believed, and neither is what no URL can have.
    ["/api/jobs/iris/outputs/other%2Fb", "a%2Fb", ["a%2Fb", "a/b"]],
    ["/api/jobs/iris/outputs/%ff%2Fb", "a%2Fb", ["a%2Fb", "a/b"]],
    ["/", "a%2Fb", ["a%2Fb", "a/b"]],
  ])("that came as %s, and from the host as %s, is the file %j", (url, first, paths) => {
    expect(sentAs(url, first)).toEqual(paths);
  });

  test("has no part that it does not name", () => {
    expect([pathParameter(request(), "name"), pathParameter(request(), "toString")]).toEqual(["", ""]);
  });
});
