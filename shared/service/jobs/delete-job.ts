import { ServiceError } from "../../core/errors.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { phaseOf } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { canCancel } from "../../core/records/record-changes.ts";
import { revise } from "../../core/records/revise.ts";
import type { Scoped } from "../../core/records/scope.ts";
import { type PurgePorts, purgeJob } from "../lifecycle/purge-job.ts";
import { type UpdateJobPorts, updateJob } from "../lifecycle/update-job.ts";
import { checkRevision, type ExpectedRevisions } from "./check-revision.ts";

/**
 * Deletes a finished job and all its data. The commit point is `deleted_at` in the record: after it, requests for the
 * job fail with `job_not_found`, and its data is deleted, by healing if this call fails. Succeeds for a job that does
 * not exist or belongs to another owner.
 * @throws ServiceError `job_not_finished`, `precondition_failed`, `conflict`.
 */
export async function deleteJob(
  ports: PurgePorts & UpdateJobPorts & Scoped,
  name: string,
  { expected }: ExpectedRevisions = {},
  options: CallOptions = {},
): Promise<void> {
  const mark = (record: JobRecord, now: Date): JobRecord => {
    checkRevision(record, expected);
    if (phaseOf(record) !== "finished") throw notFinished(record);
    return revise(record, { deleted_at: now.toISOString() }, now);
  };
  await updateJob(
    ports,
    name,
    {
      record: mark,
      ensureRow: () => ({}),
      finish: ({ record, etag }, row) => purgeJob(ports, { value: record, etag }, row, options),
    },
    options,
  );
}

function notFinished({ name, status }: JobRecord): ServiceError {
  const first = canCancel(status) && status !== "CancelRequested" ? "Cancel it first" : "Delete it when it has ended";
  return new ServiceError(
    "job_not_finished",
    `Job ${name} is ${status}; only a finished job can be deleted. ${first}.`,
  );
}
