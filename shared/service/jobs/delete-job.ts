import { ServiceError } from "../../core/errors.ts";
import type { OpenJob } from "../../core/ports/open-jobs.ts";
import type { CallOptions, Versioned } from "../../core/ports/ports.ts";
import type { JobRecord } from "../../core/records/record.ts";
import type { Scoped } from "../../core/records/scope.ts";
import { isTerminal } from "../../core/records/status.ts";
import { canCancel, revise } from "../../core/records/transitions.ts";
import { ensureOpenRow } from "../lifecycle/ensure-open-row.ts";
import { type PurgePorts, purgeJob } from "../lifecycle/purge-job.ts";
import { type RevisePorts, reviseRecord } from "../lifecycle/revise-record.ts";
import { checkRevision, type ExpectedRevisions } from "./check-revision.ts";

/**
 * Deletes a finished job and all that is kept about it. Marking the record is the commit point: from then on the job is not
 * there for callers, and what is left of it is cleared away, by healing if need be. A job that is gone is a success; one of
 * others seems to be gone, and stays.
 * @throws ServiceError `job_not_finished`, `precondition_failed`, `conflict`.
 */
export async function deleteJob(
  ports: PurgePorts & RevisePorts & Scoped,
  name: string,
  { expected }: ExpectedRevisions = {},
  options: CallOptions = {},
): Promise<void> {
  let row: Versioned<OpenJob> | undefined;
  const mark = async (record: JobRecord, now: Date): Promise<JobRecord> => {
    checkRevision(record, expected);
    if (!isTerminal(record.status)) {
      const first =
        canCancel(record.status) && record.status !== "CancelRequested"
          ? "Cancel it first"
          : "Delete it when it has ended";
      throw new ServiceError(
        "job_not_finished",
        `Job ${name} is ${record.status}; only a finished job can be deleted. ${first}.`,
      );
    }
    row = await ensureOpenRow(ports, record, options);
    return revise(record, { deleted_at: now.toISOString() }, now);
  };
  const revised = await reviseRecord(ports, name, mark, options);
  if (revised === undefined || row === undefined) return;
  await purgeJob(ports, { value: revised.record, etag: revised.etag }, row, options).catch(() => undefined);
}
