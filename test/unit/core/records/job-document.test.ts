import { describe, expect, test } from "vitest";
import { submissionResponse } from "../../../../shared/api/response/submission-response.ts";
import { loadJob } from "../../../../shared/core/job/load-job.ts";
import { indexEntry } from "../../../../shared/core/records/index-entry.ts";
import { currentJob, editedJob, jobDocument, logFileUrls } from "../../../../shared/core/records/job-document.ts";
import type { JobRecord } from "../../../../shared/core/records/record.ts";
import { jobReader } from "../../../support/job-reader.ts";
import { newRecord } from "../../../support/new-record.ts";
import { sampleRecord } from "../../../support/samples.ts";

const url = "https://jobs.test";
const fields = {
  display_name: "Iris",
  description: "Flowers",
  tags: { kind: "test", size: "3" },
  properties: { a: "1" },
  compute: "azureml:cpu",
};
const record = newRecord(fields, { log_names: ["user_logs/std_log.txt", "a b#c.txt"] });

describe("the job of a record", () => {
  test("is the submitted one, with the same digits", () => {
    const { job } = { job: jobReader.jobOf(newRecord({ tags: { version: "1.0", big: "12345678901234567890" } })) };
    expect(job.tags).toEqual({ version: "1.0", big: "12345678901234567890" });
  });

  test("that cannot be read is an error with its name", () => {
    expect(() => jobReader.jobOf({ ...record, dump: "- no\n- job\n" })).toThrow("The dump of job iris cannot be read");
  });

  test.each<[string, JobRecord["edits"], Record<string, unknown>]>([
    ["nothing", {}, fields],
    ["the display name", { display_name: "Rose" }, { ...fields, display_name: "Rose" }],
    [
      "the texts away",
      { display_name: null, description: null },
      { ...fields, display_name: undefined, description: undefined },
    ],
    ["tags", { tags: { kind: null, color: "red" } }, { ...fields, tags: { size: "3", color: "red" } }],
    ["a property on", { properties: { b: "2" } }, { ...fields, properties: { a: "1", b: "2" } }],
  ])("with edits takes %s", (_what, edits, expected) => {
    const { display_name, description, tags, properties } = editedJob(jobReader, { ...record, edits });
    expect({ display_name, description, tags, properties }).toEqual({ ...expected, compute: undefined });
  });

  test("keeps a tag that was submitted without a value", () => {
    const { tags } = editedJob(jobReader, {
      ...newRecord({ tags: { bare: null, kind: "test" } }),
      edits: { tags: { kind: null } },
    });
    expect(tags).toEqual({ bare: null });
  });

  test("has its status, creator, logs and the fields of the backend", () => {
    const today = currentJob(
      jobReader,
      { ...record, status: "Running", backend_id: "/subscriptions/s/jobs/iris", studio_url: "https://ml.test/iris" },
      url,
    );
    expect(today).toMatchObject({
      status: "Running",
      id: "/subscriptions/s/jobs/iris",
      studio_url: "https://ml.test/iris",
    });
    expect(today.creation_context).toEqual(record.creation_context);
    expect(today.log_files).toEqual(logFileUrls(record, url));
  });

  test("has its name as id if the backend has no own id", () => {
    expect(currentJob(jobReader, record, url).id).toBe("iris");
  });
});

test("the URLs of logs are the service's own, with each part of the path encoded", () => {
  expect(logFileUrls(record, url)).toEqual({
    "user_logs/std_log.txt": "https://jobs.test/api/jobs/iris/log_files/user_logs/std_log.txt",
    "a b#c.txt": "https://jobs.test/api/jobs/iris/log_files/a%20b%23c.txt",
  });
});

describe("the document of a job", () => {
  test("begins with the most important fields", () => {
    expect(Object.keys(jobDocument(jobReader, record, url)).slice(0, 4)).toEqual([
      "name",
      "type",
      "display_name",
      "status",
    ]);
  });

  test("has the fields of the dump and those that the service adds", () => {
    const finished: JobRecord = {
      ...record,
      status: "Failed",
      started_at: "2026-03-01T12:00:01.000Z",
      finished_at: "2026-03-01T12:00:02.000Z",
      status_observed_at: "2026-03-01T12:00:03.000Z",
      error: { code: "exit_code", message: "It ended with 1." },
      studio_url: "https://ml.test/iris",
    };
    expect(jobDocument(jobReader, finished, url)).toMatchObject({
      name: "iris",
      type: "command",
      command: "echo hello world",
      compute: "azureml:cpu",
      status: "Failed",
      error: { code: "exit_code", message: "It ended with 1." },
      started_at: "2026-03-01T12:00:01.000Z",
      finished_at: "2026-03-01T12:00:02.000Z",
      status_observed_at: "2026-03-01T12:00:03.000Z",
      studio_url: "https://ml.test/iris",
      creation_context: { created_by: "local" },
      archived: false,
      revision: 1,
    });
  });

  test("omits missing values and internal fields of the record", () => {
    const document = jobDocument(jobReader, newRecord(), url);
    for (const key of [
      "display_name",
      "error",
      "started_at",
      "finished_at",
      "studio_url",
      "owner",
      "submission_id",
      "fingerprint",
      "edits",
      "timeline",
      "dump",
    ]) {
      expect(document).not.toHaveProperty(key);
    }
    expect(document.log_files).toEqual({});
  });
});

describe("the index entry of a record", () => {
  test("has the fields that lists show and filter, with the edits", () => {
    expect(indexEntry(jobReader, { ...record, edits: { display_name: "Rose" }, archived: true })).toEqual({
      name: "iris",
      type: "command",
      status: "NotStarted",
      display_name: "Rose",
      description: "Flowers",
      experiment_name: "Default",
      compute: "cpu",
      owner: "local",
      created_by: "local",
      created_at: "2026-03-01T12:00:00.000Z",
      tags: { kind: "test", size: "3" },
      archived: true,
      revision: 1,
    });
  });

  test("has the times and the error of a job that ran", () => {
    const more = {
      started_at: "2026-03-01T12:00:01.000Z",
      finished_at: "2026-03-01T12:00:02.000Z",
      error: { code: "x", message: "No." },
    };
    expect(indexEntry(jobReader, newRecord({}, more))).toMatchObject(more);
    expect(indexEntry(jobReader, newRecord())).not.toHaveProperty("compute");
  });
});

test("accepts every field of a job's JSON in a submission, and warns about those of the service", () => {
  const full: Required<JobRecord> = {
    ...sampleRecord(),
    ...newRecord({ ...fields, services: { ui: { type: "ssh" } }, inputs: { x: 1 }, outputs: { o: {} } }),
    rerun_of: "a",
    bundle_sha256: "0",
    bundle_folder: "b",
    status_observed_at: "2026-03-01T12:00:00Z",
    backend_revision: 1,
    started_at: "2026-03-01T12:00:00Z",
    finished_at: "2026-03-01T12:00:00Z",
    error: { code: "a", message: "b" },
    notice: { code: "dns", message: "b", since: "2026-03-01T12:00:00Z" },
    backend_id: "/subscriptions/s/jobs/iris",
    studio_url: "https://ml.test/iris",
    services: { ui: { type: "ssh", endpoint: "https://a", status: "Running" } },
    dispatch_claimed_at: "2026-03-01T12:00:00Z",
    dispatched_at: "2026-03-01T12:00:00Z",
    cancel_requested_at: "2026-03-01T12:00:00Z",
    not_found_at: [],
    deleted_at: "2026-03-01T12:00:00Z",
  };
  const { name: _name, ...answer } = JSON.parse(
    String(submissionResponse(jobReader, { record: full, warnings: [], created: true }, url, "json").body),
  );
  const { job, issues, warnings } = loadJob(JSON.stringify(answer), { format: "json" });
  expect(issues).toBeUndefined();
  expect({ ...job?.fields, name: "iris" }).toEqual(jobReader.jobOf(full).fields);
  const told = warnings.map(({ code, pointer }) => `${code} ${pointer}`);
  for (const field of [
    "id",
    "status",
    "log_files",
    "studio_url",
    "error",
    "notice",
    "started_at",
    "finished_at",
    "archived",
    "revision",
    "warnings",
  ]) {
    expect(told).toContain(`read_only /${field}`);
  }
  expect(warnings.some(({ blocks_submission }) => blocks_submission)).toBe(false);
  // In YAML, as in the SDK, only a dump's own fields are.
  expect(loadJob("command: x\nenvironment: azureml:e:1\nrevision: 1\n").issues).toMatchObject([
    { code: "unknown_field", pointer: "/revision" },
  ]);
});
