/** Sample records, rows and entries. */
import type { IndexEntry } from "../../shared/core/ports/job-index.ts";
import type { OpenJob } from "../../shared/core/ports/open-jobs.ts";
import type { JobRecord } from "../../shared/core/records/record.ts";

const at = "2026-03-01T12:00:00.000Z";

export function sampleRecord(changes: Partial<JobRecord> = {}): JobRecord {
  return {
    schema_version: 2,
    name: "iris",
    type: "command",
    submission_id: "3f1c",
    fingerprint: "v1:00",
    owner: "local",
    door: "http",
    // Text that a faulty store could change: CRLF, an emoji, the form of a number, a quote.
    dump: "command: echo 'ü 🙂'\r\nlimits:\n  timeout: 1.0\n",
    experiment_name: "Default",
    edits: {},
    archived: false,
    backend: "local",
    status: "NotStarted",
    creation_context: { created_at: at, created_by: "local", created_by_type: "User" },
    log_names: [],
    timeline: [{ seq: 1, status: "NotStarted", at, source: "service" }],
    revision: 1,
    modified_at: at,
    ...changes,
  };
}

export function sampleRow(name: string, changes: Partial<OpenJob> = {}): OpenJob {
  return {
    name,
    submission_id: "3f1c",
    backend: "local",
    created_at: at,
    next_poll_at: at,
    heal_at: at,
    published_seq: 0,
    ...changes,
  };
}

export function sampleEntry(name: string, changes: Partial<IndexEntry> = {}): IndexEntry {
  return {
    name,
    type: "command",
    status: "Running",
    experiment_name: "Default",
    owner: "local",
    created_by: "local",
    created_at: at,
    tags: {},
    archived: false,
    revision: 1,
    ...changes,
  };
}

/** A signal that is already aborted. */
export function abortedSignal(): AbortSignal {
  return AbortSignal.abort(new Error("the caller gave up"));
}
