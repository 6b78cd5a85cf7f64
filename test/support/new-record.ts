import { loadJob } from "../../shared/core/job/load-job.ts";
import type { JobRecord } from "../../shared/core/records/record.ts";
import { sampleRecord } from "./samples.ts";

/** The record of a new job with the given fields. */
export function newRecord(fields: Readonly<Record<string, unknown>> = {}, more: Partial<JobRecord> = {}): JobRecord {
  const { job, issues } = loadJob({
    name: "iris",
    command: "echo hello world",
    environment: "azureml:cpu@latest",
    experiment_name: "Default",
    ...fields,
  });
  if (job === undefined) throw new Error(`Not a job: ${JSON.stringify(issues)}`);
  return sampleRecord({
    type: job.type,
    submission_id: "submission-1",
    dump: job.toYaml(),
    backend: "memory",
    ...more,
  });
}
