import { jobNotFound, ServiceError } from "../../core/errors.ts";
import type { OpenJobChanges } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { isInScope, type Scoped } from "../../core/records/scope.ts";
import { isTerminal } from "../../core/records/status.ts";
import { canCancel, requestCancel } from "../../core/records/transitions.ts";
import { reviseRecord } from "../lifecycle/revise-record.ts";
import { type SendCancelPorts, sendCancel } from "../lifecycle/send-cancel.ts";
import { updateProjections } from "../lifecycle/update-projections.ts";
import { checkRevision, type ExpectedRevisions } from "./check-revision.ts";

/** Should what follows the wish be left undone, healing finds it in the record after this time. */
const healMs = 60_000;

/**
 * Cancels a job: at once while no dispatch is claimed, else by asking the backend, now and at every poll until the job ends
 * or the backend refuses. Asked for again, it is sent again, also after a refusal.
 * @throws ServiceError `job_not_found`, `precondition_failed`, `job_already_finished`, `conflict`.
 */
export async function cancelJob(
  ports: SendCancelPorts & Scoped,
  name: string,
  { expected }: ExpectedRevisions = {},
  options: CallOptions = {},
): Promise<JobRecord> {
  const { records, openJobs, clock, scope } = ports;
  // Before anything is written: a stranger's wish must not even put off healing.
  const start = await records.get(name, options);
  if (start === undefined || !isInScope(scope, start.value)) throw jobNotFound(name);
  await openJobs.merge(name, { heal_at: new Date(clock.now().getTime() + healMs).toISOString() }, options);
  const row = await openJobs.get(name, options);
  const change = (record: JobRecord, now: Date) => {
    checkRevision(record, expected);
    return cancel(record, now);
  };
  const revised = await reviseRecord(ports, name, change, { ...options, start });
  if (revised === undefined) throw jobNotFound(name);
  const { record, changed } = revised;
  // The wish is on record, so what fails from here on is made up for by the poll and by healing.
  const changes: OpenJobChanges = { next_poll_at: clock.now().toISOString(), cancel: "requested" };
  await updateProjections(ports, record, { row, changes, closes: changed }, options).catch(() => undefined);
  if (record.dispatched_at !== undefined && !isTerminal(record.status))
    await sendCancel(ports, record, options).catch(() => undefined);
  return record;
}

function cancel(record: JobRecord, now: Date): JobRecord | undefined {
  if (canCancel(record.status)) return requestCancel(record, now);
  const why = isTerminal(record.status)
    ? "only an active job can be canceled"
    : "a job that is finishing can no longer be canceled";
  throw new ServiceError("job_already_finished", `Job ${record.name} is ${record.status}; ${why}.`);
}
