import { jobNotFound, ServiceError } from "../../core/errors.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { isAtBackend, isFinished } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { canCancel, requestCancel } from "../../core/records/record-changes.ts";
import type { Scoped } from "../../core/records/scope.ts";
import { type SendCancelPorts, sendCancel } from "../lifecycle/send-cancel.ts";
import { updateJob } from "../lifecycle/update-job.ts";
import { checkRevision, type ExpectedRevisions } from "./check-revision.ts";

/**
 * Cancels a job: immediately in the phase `accepted`, otherwise by a call to the backend, now and at every poll until
 * the job ends or the backend rejects the cancel. A repeated request sends the cancel again, also after a rejection.
 * @throws ServiceError `job_not_found`, `precondition_failed`, `job_already_finished`, `conflict`.
 */
export async function cancelJob(
  ports: SendCancelPorts & Scoped,
  name: string,
  { expected }: ExpectedRevisions = {},
  options: CallOptions = {},
): Promise<JobRecord> {
  const record = (found: JobRecord, now: Date) => {
    checkRevision(found, expected);
    checkCancelable(found);
    return requestCancel(found, now);
  };
  const row = () => ({ next_poll_at: ports.clock.now().toISOString(), cancel: "requested" as const });
  const updated = await updateJob(ports, name, { record, row, ensureRow: () => ({}) }, options);
  if (updated === undefined) throw jobNotFound(name);
  // The request is stored, so the poll and healing retry the steps below if they fail.
  if (!updated.changed && !isFinished(updated.record))
    await ports.openJobs.merge(name, row(), options).catch(() => undefined);
  if (isAtBackend(updated.record)) await sendCancel(ports, updated.record, options).catch(() => undefined);
  return updated.record;
}

function checkCancelable({ name, status }: JobRecord): void {
  if (canCancel(status)) return;
  const reason =
    status === "Finalizing"
      ? "a job that is finishing can no longer be canceled"
      : "only an active job can be canceled";
  throw new ServiceError("job_already_finished", `Job ${name} is ${status}; ${reason}.`);
}
