import { loadJob } from "../../../shared/core/job/load-job.ts";
import type { JobRecord } from "../../../shared/core/record.ts";

/** A record of a job as it was submitted, with the fields of the job that a test is about. */
export function newRecord(fields: Readonly<Record<string, unknown>> = {}, more: Partial<JobRecord> = {}): JobRecord {
  const { job, issues } = loadJob({ name: "iris", command: "echo hello world", environment: "azureml:cpu@latest", experiment_name: "Default", ...fields });
  if (job === undefined) throw new Error(`Not a job: ${JSON.stringify(issues)}`);
  const at = "2026-03-01T12:00:00.000Z";
  return {
    schema_version: 1,
    name: "iris",
    type: job.type,
    submission_id: "submission-1",
    fingerprint: "v1:0",
    owner: "local",
    door: "http",
    dump: job.toYaml(),
    experiment_name: "Default",
    edits: {},
    archived: false,
    backend: "memory",
    status: "NotStarted",
    creation_context: { created_at: at, created_by: "local", created_by_type: "User" },
    log_names: [],
    timeline: [{ seq: 1, status: "NotStarted", at, source: "service" }],
    revision: 1,
    modified_at: at,
    ...more,
  };
}
