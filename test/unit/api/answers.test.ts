import { describe, expect, test } from "vitest";
import { asDownload, asText, fileAnswer } from "../../../shared/api/file-answer.ts";
import { jobAnswer } from "../../../shared/api/job-answer.ts";
import { jsonAnswer } from "../../../shared/api/json-answer.ts";
import { filePath, jobName, pathParameter } from "../../../shared/api/path-parameter.ts";
import { dryRunAnswer, submittedAnswer } from "../../../shared/api/submission-answer.ts";
import { loadJob } from "../../../shared/core/job/load-job.ts";
import type { FileContent } from "../../../shared/core/storage-ports.ts";
import { request, sent } from "../../support/http.ts";
import { newRecord } from "../../support/new-record.ts";

const url = "https://jobs.test";
const record = newRecord({ tags: { big: "1.0" } }, { revision: 7, log_names: ["a.txt"] });

describe("a job", () => {
  test("in JSON has its tag, which differs by form", async () => {
    const { status, headers, text } = await sent(jobAnswer(record, url));
    expect([status, headers.get("content-type"), headers.get("etag"), headers.get("vary")]).toEqual([200, "application/json", '"7"', "Accept"]);
    expect(JSON.parse(text)).toMatchObject({ name: "iris", revision: 7, log_files: { "a.txt": "https://jobs.test/api/jobs/iris/log_files/a.txt" } });
  });

  test("in YAML is the dump of today, which loads again", async () => {
    const { headers, text } = await sent(jobAnswer(record, url, { format: "yaml", extra: { warnings: [] } }));
    expect([headers.get("content-type"), headers.get("etag")]).toEqual(["application/yaml", '"7-yaml"']);
    expect(text).toContain("status: NotStarted\n");
    expect(text).not.toContain("warnings");
    expect(loadJob(text).job?.name).toBe("iris");
  });
});

describe("a submission", () => {
  test.each([
    [true, 201, null],
    [false, 200, "true"],
  ])("is new (%s): %i", async (created, code, replayed) => {
    const { status, headers, text } = await sent(submittedAnswer({ record, warnings: [], created }, url, "json"));
    expect([status, headers.get("location"), headers.get("idempotency-replayed")]).toEqual([code, "https://jobs.test/api/jobs/iris", replayed]);
    expect(JSON.parse(text)).toMatchObject({ name: "iris", warnings: [] });
  });

  test("that is only tried shows the job and its YAML, with secrets masked", async () => {
    const { job, warnings } = loadJob({ command: "curl https://user:hunter2@host.test/", environment: "azureml:cpu@latest" });
    if (job === undefined) throw new Error("not a job");
    const { status, headers, text } = await sent(dryRunAnswer({ job, warnings, submittable: false }));
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

describe("a file", () => {
  const content = (more: Partial<FileContent> = {}): FileContent => ({
    size: 12,
    start: 0,
    length: 12,
    etag: '"f"',
    body: (async function* () {
      yield Buffer.from("hello ");
      yield Buffer.from("world\n");
    })(),
    ...more,
  });

  test("that is a log is text that no browser runs", async () => {
    const { status, headers, text } = await sent(await fileAnswer(request(), content(), { isRange: false, headers: asText }));
    expect([status, text]).toEqual([200, "hello world\n"]);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      "accept-ranges": "bytes",
      etag: '"f"',
    });
    expect(headers.get("content-range")).toBeNull();
  });

  test("in part says which part it is", async () => {
    const { status, headers } = await sent(await fileAnswer(request(), content({ start: 100, length: 12, size: 500 }), { isRange: true, headers: asText }));
    expect([status, headers.get("content-range")]).toEqual([206, "bytes 100-111/500"]);
  });

  test.each([
    ["model/weights.bin", "weights.bin"],
    ["ü ß.txt", "%C3%BC%20%C3%9F.txt"],
    ['a"; x=y', "a%22%3B%20x%3Dy"],
    ["it's (1)*.txt", "it%27s%20%281%29%2A.txt"],
  ])("that is an output is saved: %s as %s", async (path, name) => {
    const { headers } = await sent(await fileAnswer(request(), content(), { isRange: false, headers: asDownload(path) }));
    expect([headers.get("content-type"), headers.get("content-disposition")]).toEqual(["application/octet-stream", `attachment; filename*=UTF-8''${name}`]);
  });

  test("that the caller has already is a 304, and is let go of", async () => {
    let closed = false;
    const body = (async function* () {
      try {
        yield Buffer.from("hello");
      } finally {
        closed = true;
      }
    })();
    const known = request({ headers: { "if-none-match": '"e", "f"' } });
    const { status, headers, text } = await sent(await fileAnswer(known, content({ body }), { isRange: false, headers: asText }));
    expect([status, headers.get("etag"), text, closed]).toEqual([304, '"f"', "", true]);
    expect((await fileAnswer(request({ headers: { "if-none-match": '"e"' } }), content(), { isRange: false, headers: asText })).status).toBe(200);
  });

  test("that is too large for one answer is refused, and a part of it is not", async () => {
    const large = 33 * 1024 * 1024;
    await expect(fileAnswer(request(), content({ size: large, length: large }), { isRange: false, headers: asText })).rejects.toMatchObject({
      code: "file_too_large",
    });
    expect((await fileAnswer(request(), content({ size: large }), { isRange: true, headers: asText })).status).toBe(206);
  });
});

test("JSON is sent as such", async () => {
  const { status, headers, text } = await sent(jsonAnswer({ a: 1 }, { "cache-control": "no-store" }, 503));
  expect([status, headers.get("content-type"), headers.get("cache-control"), text]).toEqual([503, "application/json", "no-store", '{"a":1}']);
});

describe("the route", () => {
  test("names a job", () => {
    expect(jobName(request({ params: { name: "iris-7" } }))).toBe("iris-7");
  });

  test.each(["", "../x", "a/b", "a.b", "-a", "a\u0000", "x".repeat(256), "ü"])("cannot name the job %j", (name) => {
    expect(() => jobName(request({ params: { name } }))).toThrow(expect.objectContaining({ code: "job_not_found" }));
  });

  test.each([
    [{ first: "a.txt" }, "a.txt"],
    [{ first: "user_logs", rest: "std_log.txt" }, "user_logs/std_log.txt"],
    [{ first: "a", rest: "b/c.txt" }, "a/b/c.txt"],
    [{ first: "a", rest: "" }, "a"],
  ])("%j is the file %s", (params, path) => {
    expect(filePath(request({ params: params as never }))).toBe(path);
  });

  test("has no part that it does not name", () => {
    expect([pathParameter(request(), "name"), pathParameter(request(), "toString")]).toEqual(["", ""]);
  });
});
