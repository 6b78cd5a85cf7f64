/** Logs, outputs and lists, as curl, browsers and scripts request them. */
import { beforeAll, describe, expect, test } from "vitest";
import {
  getLog,
  type JobDocument,
  jobYaml,
  type Problem,
  runToEnd,
  stdLog,
  submit,
  yaml,
} from "../support/job-client.ts";
import { send } from "../support/send.ts";
import { useService } from "../support/service-process.ts";
import { until } from "../support/until.ts";

const mebibyte = 1024 * 1024;
const bigSize = 40 * mebibyte;
const most = 32 * mebibyte;
const service = useService([], { environment: { JOBS_LOCAL_MAX_RUNNING: "1" } });
const request = (line: string, headers: Readonly<Record<string, string>> = {}) =>
  send(service().url, line, { headers });
const command = [
  "mkdir -p outputs/a; echo small > outputs/a/small.txt; echo literal > outputs/a%2Fodd.txt",
  `: > outputs/empty; head -c ${bigSize} /dev/zero > outputs/big.bin`,
].join("; ");

let job: JobDocument;
let failed: JobDocument;
beforeAll(async () => {
  job = await runToEnd(service().url, jobYaml(command, "name: kept\n"));
  failed = await runToEnd(service().url, jobYaml("exit 3"));
  await until(
    async () => (await request("GET /api/jobs?active=true")).json<{ value: object[] }>().value.length,
    (open) => open === 0,
  );
});
const output = (path: string) => `/api/jobs/kept/outputs/outputs/${path}`;
const bytesOf = async (path: string, headers: Readonly<Record<string, string>>) => {
  const answer = await fetch(`${service().url}${path}`, { headers, redirect: "manual" });
  return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
};

describe("HEAD", () => {
  test.each([
    ["/api/jobs"],
    ["/api/jobs/kept"],
    ["/api/jobs/kept/timeline"],
    ["/api/jobs/kept/log_files"],
    [`/api/jobs/kept/log_files/${stdLog}`],
    ["/api/jobs/kept/outputs"],
    [output("a/small.txt")],
    [output("empty")],
    ["/api/jobs/kept/children"],
    ["/api/stats"],
    ["/api/jobs/no-such-job"],
  ])("of %s returns the headers of GET without a body", async (path) => {
    const [get, head] = [await request(`GET ${path}`), await request(`HEAD ${path}`)];
    const same = (answer: typeof get) =>
      ["content-type", "etag", "accept-ranges", "content-disposition", "cache-control", "x-ms-error-code"].map(
        (name) => answer.headers[name],
      );
    expect([head.status, head.text, same(head)]).toEqual([get.status, "", same(get)]);
    expect(Number(head.headers["content-length"])).toBeGreaterThanOrEqual(path.endsWith("empty") ? 0 : 1);
  });

  test("of a file returns its size, also if it exceeds the limit of a response", async () => {
    expect((await request(`HEAD ${output("a/small.txt")}`)).headers["content-length"]).toBe("6");
    expect(await request(`HEAD ${output("big.bin")}`)).toMatchObject({
      status: 200,
      headers: { "content-length": String(bigSize), "accept-ranges": "bytes" },
    });
  });
});

describe("a file path with encoded slashes", () => {
  test("reads each log by its name in the list of logs", async () => {
    for (const log of Object.keys((await request("GET /api/jobs/kept/log_files")).json())) {
      const encoded = await request(`GET /api/jobs/kept/log_files/${encodeURIComponent(log)}`);
      expect([encoded.status, encoded.text]).toEqual([
        200,
        (await request(`GET /api/jobs/kept/log_files/${log}`)).text,
      ]);
    }
  });

  test("reads each output by its path in the list of outputs, also one with %2F in its name", async () => {
    const { value } = (await request("GET /api/jobs/kept/outputs")).json<{ value: { path: string; size: number }[] }>();
    expect(value.map(({ path }) => path)).toContain("outputs/a%2Fodd.txt");
    for (const { path, size } of value) {
      expect((await request(`HEAD /api/jobs/kept/outputs/${encodeURIComponent(path)}`)).headers["content-length"]).toBe(
        String(size),
      );
    }
    expect((await request("GET /api/jobs/kept/outputs/outputs%2fa%252Fodd.txt")).text).toBe("literal\n");
  });

  test.each([
    "..%2Fkept%2Fuser_logs%2Fstd_log.txt",
    "user_logs%2F..%2F..%2F..%2Fetc%2Fpasswd",
    "%2Fetc%2Fpasswd",
    "user_logs%2F%2Fstd_log.txt",
    "%252e%252e%2Fx",
    "user_logs%252Fstd_log.txt",
  ])("is rejected if it leads elsewhere: %s", async (log) => {
    expect(await request(`GET /api/jobs/kept/log_files/${log}`)).toMatchObject({
      status: 404,
      headers: { "x-ms-error-code": "log_not_found" },
    });
  });
});

describe("a file of 40 MiB", () => {
  test("is redirected to its signed URL, which returns the whole file as a download", async () => {
    const { status, headers } = await bytesOf(output("big.bin"), {});
    expect([status, headers.get("cache-control")]).toEqual([307, "no-store"]);
    const signed = await fetch(headers.get("location") ?? "");
    expect([signed.status, signed.headers.get("content-disposition"), signed.headers.get("content-type")]).toEqual([
      200,
      "attachment",
      "application/octet-stream",
    ]);
    expect((await signed.arrayBuffer()).byteLength).toBe(bigSize);
  });

  test("is rejected with 413, its size and a fix if redirects are disabled", async () => {
    const answer = await request(`GET ${output("big.bin")}?redirect=False`);
    expect(answer).toMatchObject({ status: 413, headers: { "x-ms-error-code": "file_too_large" } });
    expect(answer.json<Problem & { size: number }>()).toMatchObject({
      size: bigSize,
      detail: expect.stringMatching(/41943040 bytes.*Range/),
    });
  });

  test("is resumed by range requests for the rest, as of curl -C -", async () => {
    let size = 0;
    while (size < bigSize) {
      const { status, headers, bytes } = await bytesOf(output("big.bin"), { range: `bytes=${size}-` });
      expect([status, headers.get("content-range")]).toEqual([
        206,
        `bytes ${size}-${size + bytes.length - 1}/${bigSize}`,
      ]);
      expect(bytes.length).toBe(Math.min(most, bigSize - size));
      size += bytes.length;
    }
    expect((await request(`GET ${output("big.bin")}`, { range: `bytes=${bigSize}-` })).headers["content-range"]).toBe(
      `bytes */${bigSize}`,
    );
  });

  test("returns a suffix range, and rejects several ranges or a changed file without a redirect", async () => {
    expect((await bytesOf(output("big.bin"), { range: "bytes=-10" })).headers.get("content-range")).toBe(
      `bytes ${bigSize - 10}-${bigSize - 1}/${bigSize}`,
    );
    expect((await request(`GET ${output("big.bin")}`, { range: "bytes=0-1,5-6" })).status).toBe(413);
    expect((await request(`GET ${output("big.bin")}`, { range: "bytes=5-", "if-range": '"old"' })).status).toBe(413);
  });

  test("returns a range if its ETag matches If-Range", async () => {
    const { etag = "" } = (await request(`HEAD ${output("big.bin")}`)).headers;
    expect((await bytesOf(output("big.bin"), { range: "bytes=5-9", "if-range": etag })).bytes.length).toBe(5);
    expect(await request(`GET ${output("a/small.txt")}`, { range: "bytes=0-1", "if-range": etag })).toMatchObject({
      status: 200,
      text: "small\n",
    });
  });
});

describe("a list", () => {
  const names = async (query: string) =>
    (await request(`GET /api/jobs?${query}`)).json<{ value: { name: string }[] }>().value.map(({ name }) => name);

  test("filters by several statuses, in any case and notation", async () => {
    for (const query of [
      "status=Completed,Failed",
      "status=Completed&status=Failed",
      "status=completed,FAILED",
      "active=false",
      "active=False",
    ]) {
      expect([query, await names(query)]).toEqual([query, [failed.name, "kept"]]);
    }
    expect(await names("status=completed")).toEqual(["kept"]);
    expect(await names("active=true")).toEqual([]);
    expect(await names("active=true&status=Completed")).toEqual([]);
  });

  test("rejects an unknown status with the statuses of the service and of Azure ML", async () => {
    const { detail } = (await request("GET /api/jobs?status=Complete")).json<Problem>();
    for (const status of ["Completed", "CancelRequested", "Paused", "Unknown"]) expect(detail).toContain(status);
  });

  test("contains the error and the duration of each job, on each page", async () => {
    const first = (await request("GET /api/jobs?status=failed,completed&maxpagesize=1")).json<{
      value: object[];
      nextLink: string;
    }>();
    expect(first.value).toEqual([
      expect.objectContaining({
        error: { code: "command_failed", message: "The command exited with code 3." },
        duration: expect.any(Number),
      }),
    ]);
    const { pathname, search } = new URL(first.nextLink);
    const { value } = (await request(`GET ${pathname}${search}`)).json<{
      value: { name: string; duration: number; error?: object }[];
    }>();
    expect(value).toEqual([expect.objectContaining({ name: "kept" })]);
    const seconds = (Date.parse(job.finished_at ?? "") - Date.parse(job.started_at ?? "")) / 1000;
    expect(Math.abs((value[0]?.duration ?? -1) - seconds)).toBeLessThanOrEqual(0.1);
    expect(value[0]?.error).toBeUndefined();
  });
});

test("accepts True as Python writes it", async () => {
  const answer = await send(service().url, "POST /api/jobs?dry_run=True", { headers: yaml, body: jobYaml("echo hi") });
  expect([answer.status, answer.json().valid]).toEqual([200, true]);
});

describe("a message", () => {
  test("about a taken name contains the differences and the fixes", async () => {
    const put = (body: string) => send(service().url, "PUT /api/jobs/kept", { headers: yaml, body });
    const other = (await put(jobYaml("echo other"))).json<Problem>();
    expect(other).toMatchObject({
      code: "job_exists",
      detail: expect.stringMatching(/different fields: command\).*another name, or delete/),
    });
    expect(other.detail).not.toContain("PATCH");
    expect((await put(jobYaml(command, "name: kept\ntags: {a: b}\n"))).json<Problem>().detail).toMatch(
      /different fields: tags\).*PATCH/,
    );
  });

  test("about a log or an output of a job that has not started contains that reason", async () => {
    const { name: first } = await submit(service().url, jobYaml("sleep 300"));
    const { name } = await submit(service().url, jobYaml("echo hi"));
    const log = await getLog(service().url, name);
    expect([log.status, log.json<Problem>().detail]).toEqual([
      404,
      expect.stringMatching(/no log .* yet: it has not started/),
    ]);
    expect((await request(`GET /api/jobs/${name}/outputs/outputs/a`)).json<Problem>().detail).toMatch(
      /outputs are stored when the job ends/,
    );
    for (const each of [name, first]) await send(service().url, `POST /api/jobs/${each}/cancel`);
  });
});

test("responds to a wait for a finished job at once", async () => {
  const { headers } = await request("GET /api/jobs/kept");
  const began = performance.now();
  expect(await request("GET /api/jobs/kept?wait=60", { "if-none-match": headers.etag ?? "" })).toMatchObject({
    status: 304,
  });
  expect(performance.now() - began).toBeLessThan(20_000);
});
