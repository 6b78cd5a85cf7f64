import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createAuthorize } from "../../../../shared/api/access/authorize.ts";
import {
  createConcurrencyLimit,
  createConcurrencyLimits,
  limitSizes,
} from "../../../../shared/api/access/concurrency-limits.ts";
import { withSubmission } from "../../../../shared/api/request/read-submission.ts";
import type { Submission } from "../../../../shared/core/records/submission.ts";
import { sha256 } from "../../../../shared/core/text/digest.ts";
import { request } from "../../../support/http.ts";
import { multipartForm, type Part } from "../../../support/multipart-form.ts";
import { buildZip, zipOf } from "../../../support/zip.ts";

const caller = createAuthorize({ auth: "none", platformAuthenticates: false })(request());
const limits = {
  maxBodyBytes: 200,
  maxBundleBytes: 20_000,
  concurrency: createConcurrencyLimits(),
  closed: new AbortController().signal,
};
const zip = zipOf({ "src/run.sh": "echo hi", "conda.yml": "dependencies: [python]" });

const post = (body: Uint8Array, type: string) => request({ method: "POST", headers: { "content-type": type }, body });
/** A request whose body is a stream. */
const streamed = (body: ReadableStream, type: string) =>
  ({ ...fieldsOf(post(Buffer.from("x"), type)), body, bodyUsed: false }) as ReturnType<typeof post>;
const fieldsOf = ({ method, url, headers, params, query }: ReturnType<typeof post>) => ({
  method,
  url,
  headers,
  params,
  query,
});
/** The temporary folders of this process. */
const ownFolders = async () =>
  (await readdir(tmpdir())).filter((name) => name.startsWith("jobgate-bundle-") && name.includes(`-${process.pid}-`));
const zipRequest = (bytes: Uint8Array, type = "application/zip") => post(bytes, type);
const form = (...parts: readonly Part[]) => {
  const { body, type } = multipartForm(parts);
  return post(body, type);
};
const submit = <T>(sent: ReturnType<typeof post>, use: (submission: Submission) => T, jobPath?: string) =>
  withSubmission(sent, caller, { ...limits, jobPath }, use);
const adviceToUse = (path: string, query: string) =>
  expect.stringContaining(`no job file in its root folder. Send ${path} as the job with ${query}.`);
const errorOf = (sent: ReturnType<typeof post>, jobPath?: string) =>
  submit(sent, () => "accepted", jobPath).catch((error: unknown) => error);

test("a zip keeps its upload slot until its job is stored", async () => {
  const concurrency = {
    ...createConcurrencyLimits(),
    uploads: createConcurrencyLimit({ label: "uploads", running: 1, queued: 0 }),
  };
  const stored = Promise.withResolvers<string>();
  const started = Promise.withResolvers<void>();
  const send = (use: () => Promise<string>) =>
    withSubmission(zipRequest(zipOf({ "job.yml": "command: ls" })), caller, { ...limits, concurrency }, use);
  const first = send(() => {
    started.resolve();
    return stored.promise;
  });
  await started.promise;
  await expect(send(async () => "second")).rejects.toMatchObject({ code: "too_many_requests" });
  stored.resolve("first");
  expect([await first, await send(async () => "third")]).toEqual(["first", "third"]);
});

describe("a form with a job and a bundle", () => {
  const job = { name: "job", content: "command: bash run.sh" };

  test.each([
    ["with the job first", [job, { name: "bundle", content: zip, fileName: "bundle.zip", type: "application/zip" }]],
    ["with the bundle first", [{ name: "bundle", content: zip }, job]],
  ])("%s has both", async (_what, parts) => {
    const seen = await submit(form(...parts), ({ source, format, door, owner, bundle }) => ({
      source: source.toString(),
      format,
      door,
      owner,
      sha256: bundle?.sha256,
      kinds: ["", "src", "src/run.sh", "none"].map((path) => bundle?.files.kind(path)),
      text: bundle?.files.read("src/run.sh")?.toString(),
      onDisk: existsSync(bundle?.zip ?? ""),
    }));
    expect(seen).toEqual({
      source: "command: bash run.sh",
      format: "yaml",
      door: "http",
      owner: "local",
      sha256: sha256(zip),
      kinds: ["folder", "folder", "file", undefined],
      text: "echo hi",
      onDisk: true,
    });
  });

  test("leaves nothing on disk, whether it is accepted or rejected", async () => {
    const places: string[] = [];
    await submit(form(job, { name: "bundle", content: zip }), ({ bundle }) => places.push(bundle?.zip ?? ""));
    await submit(form(job, { name: "bundle", content: zip }), ({ bundle }) => {
      places.push(bundle?.zip ?? "");
      throw new Error("no");
    }).catch(() => undefined);
    expect(places).toHaveLength(2);
    expect(places.filter((place) => existsSync(place))).toEqual([]);
  });

  test.each<[Partial<Part>, string]>([
    [{}, "yaml"],
    [{ fileName: "job.json" }, "json"],
    [{ type: "application/json" }, "json"],
    [{ type: "application/yaml", fileName: "job.json" }, "yaml"],
  ])("with %j has the format %s", async (more, format) => {
    expect(
      await submit(form({ ...job, ...more }, { name: "bundle", content: zip }), (submission) => submission.format),
    ).toBe(format);
  });

  test("may have only a job, or only a bundle that contains a job", async () => {
    expect(await submit(form(job), (submission) => submission.bundle)).toBeUndefined();
    const whole = zipOf({ "job.yml": "command: ls" });
    expect(await submit(form({ name: "bundle", content: whole }), ({ source }) => source.toString())).toBe(
      "command: ls",
    );
  });

  test.each<[string, readonly Part[], object]>([
    ["no part", [], { code: "invalid_request" }],
    [
      "an unknown part",
      [job, { name: "file", content: "x" }],
      { code: "invalid_request", message: 'The form has a part "file"; expected job and bundle.' },
    ],
    ["two jobs", [job, job], { code: "invalid_request", message: 'The form has two parts "job".' }],
    [
      "two bundles",
      [
        { name: "bundle", content: zip },
        { name: "bundle", content: zip },
      ],
      { code: "invalid_request" },
    ],
    [
      "an empty job",
      [
        { ...job, content: "" },
        { name: "bundle", content: zip },
      ],
      { code: "empty_body" },
    ],
    ["a job that is too large", [{ ...job, content: "#".repeat(201) }], { code: "body_too_large" }],
    [
      "a bundle that is too large",
      [job, { name: "bundle", content: Buffer.alloc(20_000) }],
      { code: "body_too_large" },
    ],
    [
      "a bundle that is not a zip",
      [job, { name: "bundle", content: "x" }],
      { code: "invalid_bundle", issues: [{ code: "unreadable" }] },
    ],
    [
      "a bundle with a pipe",
      [job, { name: "bundle", content: buildZip([{ name: "pipe", mode: 0o010666 }]) }],
      { code: "invalid_bundle", issues: [{ code: "not_a_file", file: "pipe" }] },
    ],
  ])("with %s is rejected", async (_what, parts, error) => {
    expect(await errorOf(form(...parts))).toMatchObject(error);
  });

  test.each<[string, Uint8Array, string]>([
    ["ends in the middle", multipartForm([job]).body.subarray(0, 80), multipartForm([job]).type],
    ["has no boundary", multipartForm([job]).body, "multipart/form-data"],
    ["has another boundary", multipartForm([job]).body, "multipart/form-data; boundary=other"],
    ["is not a form", Buffer.from("command: ls"), multipartForm([job]).type],
  ])("that %s is rejected", async (_what, body, type) => {
    expect(await errorOf(post(body, type))).toMatchObject({ code: "invalid_request" });
  });

  test("that ends after any of its bytes is rejected at once, and leaves nothing on disk", async () => {
    const { body, type } = multipartForm([
      job,
      { name: "bundle", content: zipOf({ "job.yml": "command: ls" }), fileName: "b.zip" },
      { name: "more", content: "x" },
    ]);
    const cuts = Array.from({ length: body.length - 1 }, (_, index) => body.subarray(0, index + 1));
    const errors: unknown[] = [];
    // As many at once as the limit of uploads permits.
    for (let at = 0; at < cuts.length; at += limitSizes.uploads.running) {
      const some = cuts.slice(at, at + limitSizes.uploads.running);
      errors.push(...(await Promise.all(some.map((cut) => errorOf(post(cut, type))))));
    }
    expect(new Set(errors.map((error) => (error as { code?: string }).code))).toEqual(new Set(["invalid_request"]));
    expect(await ownFolders()).toEqual([]);
  });

  test("whose client disconnects is rejected, and leaves nothing on disk", async () => {
    const { body, type } = multipartForm([job, { name: "bundle", content: randomBytes(15_000) }]);
    // Each chunk is read before the next one or the end arrives.
    const broken = async function* () {
      for (let at = 0; at < 14_000; at += 1000) {
        yield body.subarray(at, at + 1000);
        await nextTurn();
      }
      throw new Error("aborted");
    };
    const sent = streamed(Readable.toWeb(Readable.from(broken())) as ReadableStream, type);
    expect(await errorOf(sent)).toMatchObject({
      code: "invalid_request",
      message: "The connection was closed before the end of the body.",
    });
    expect(await ownFolders()).toEqual([]);
  });

  test("that is empty is rejected", async () => {
    expect(await errorOf(post(Buffer.alloc(0), multipartForm([job]).type))).toMatchObject({ code: "empty_body" });
  });
});

describe("a zip", () => {
  test.each([
    ["job.yml", "yaml"],
    ["job.yaml", "yaml"],
    ["job.json", "json"],
  ])("may contain its job as %s in the root folder", async (name, format) => {
    const sent = zipRequest(zipOf({ "src/job.yml": "no", [name]: "{command: ls}" }));
    expect(await submit(sent, (submission) => [submission.source.toString(), submission.format])).toEqual([
      "{command: ls}",
      format,
    ]);
  });

  test("may have the media type that Windows uses", async () => {
    expect(
      await submit(zipRequest(zipOf({ "job.yml": "x" }), "application/x-zip-compressed"), ({ source }) =>
        source.toString(),
      ),
    ).toBe("x");
  });

  test.each<[string, Uint8Array, object]>([
    [
      "without a job",
      zip,
      {
        code: "invalid_bundle",
        message: expect.stringContaining(
          "The zip has no job file. Add the job to its root folder as job.yml, job.yaml or job.json, " +
            "or give its path with ?job=PATH.",
        ),
      },
    ],
    [
      "with a job in a folder",
      zipOf({ "mine/job.yml": "x" }),
      { code: "invalid_bundle", message: adviceToUse("mine/job.yml", "?job=mine/job.yml") },
    ],
    [
      "with one YAML file",
      zipOf({ "train.yml": "x", "conda.yml": "dependencies: [a]" }),
      { code: "invalid_bundle", message: adviceToUse("train.yml", "?job=train.yml") },
    ],
    [
      "with one YAML file in a folder",
      zipOf({ "a b/t&.yaml": "x" }),
      { code: "invalid_bundle", message: adviceToUse("a b/t&.yaml", "?job=a%20b/t%26.yaml") },
    ],
    [
      "with several YAML files, and names them,",
      zipOf({ "a.yml": "x", "b.yml": "x", "conda.yml": "dependencies: [a]", "data.json": "{}" }),
      {
        code: "invalid_bundle",
        message: expect.stringContaining("several files that could be the job: a.yml, b.yml. Rename one"),
      },
    ],
    [
      "with one JSON file",
      zipOf({ "train.json": "x", "a/b.json": "x" }),
      { code: "invalid_bundle", message: adviceToUse("train.json", "?job=train.json") },
    ],
    [
      "with two jobs",
      zipOf({ "job.yml": "x", "job.json": "x" }),
      { code: "invalid_bundle", message: expect.stringContaining("job.yml and job.json") },
    ],
    ["with a job that is too large", zipOf({ "job.yml": "#".repeat(201) }), { code: "body_too_large" }],
    ["that is empty", Buffer.alloc(0), { code: "empty_body" }],
    ["that is too large", Buffer.alloc(20_001), { code: "body_too_large" }],
    [
      "with a path outside the bundle",
      zipOf({ "job.yml": "x", "../../x": "x" }),
      { code: "invalid_bundle", issues: [{ code: "unsafe_path", file: "../../x" }] },
    ],
  ])("%s is rejected", async (_what, bytes, error) => {
    expect(await errorOf(zipRequest(bytes))).toMatchObject(error);
  });
});

describe("a job in a folder of its bundle", () => {
  const nested = zipOf({ "jobs/train/job.json": '{"command": "ls"}', "src/run.sh": "echo hi" });
  const job = { name: "job", content: "command: ls" };
  const seen = ({ source, format, bundle }: Submission) => ({
    source: source.toString(),
    format,
    folder: bundle?.folder,
  });

  test("is read from a zip in the format of its name", async () => {
    expect(await submit(zipRequest(nested), seen, "jobs/train/job.json")).toEqual({
      source: '{"command": "ls"}',
      format: "json",
      folder: "jobs/train",
    });
  });

  test("is read from a form without a part job", async () => {
    expect(await submit(form({ name: "bundle", content: nested }), seen, "jobs/train/job.json")).toMatchObject({
      format: "json",
      folder: "jobs/train",
    });
  });

  test("is the part job of a form that has one, whatever the zip contains", async () => {
    expect(await submit(form(job, { name: "bundle", content: nested }), seen, "jobs/train/other.yml")).toEqual({
      source: "command: ls",
      format: "yaml",
      folder: "jobs/train",
    });
  });

  test("may have another name in the root folder", async () => {
    expect(await submit(zipRequest(zipOf({ "train.yml": "command: ls" })), seen, "train.yml")).toEqual({
      source: "command: ls",
      format: "yaml",
      folder: undefined,
    });
  });

  test.each([
    [
      "a file that the zip does not have",
      zipRequest(nested),
      "jobs/train/job.yml",
      "invalid_bundle",
      'no job file "jobs/train/job.yml"',
    ],
    [
      "a folder that the zip does not have",
      form(job, { name: "bundle", content: nested }),
      "jobs/tune/job.yml",
      "invalid_bundle",
      'no folder "jobs/tune"',
    ],
    ["a form without a bundle", form(job), "jobs/job.yml", "invalid_query", "there is no bundle"],
    [
      "a body without a bundle",
      post(Buffer.from("command: ls"), "application/yaml"),
      "jobs/job.yml",
      "invalid_query",
      "there is no bundle",
    ],
  ])("is rejected for %s", async (_what, sent, path, code, text) => {
    expect(await errorOf(sent, path)).toMatchObject({ code, message: expect.stringContaining(text) });
  });
});
