import { type Editor, editRecord, type JobEdit } from "../core/edit-record.ts";
import { jobNotFound } from "../core/errors.ts";
import type { CallOptions, OpenJob, Versioned } from "../core/ports.ts";
import type { JobRecord } from "../core/record.ts";
import type { Scoped } from "../core/scope.ts";
import type { ChangePorts } from "./change-job.ts";
import { checkRevision, type Expected } from "./expected.ts";
import { reopenRow } from "./reopen-row.ts";
import { reviseRecord } from "./revise-record.ts";
import { settleJob } from "./settle-job.ts";

export interface EditRequest extends Expected {
  readonly edit: JobEdit;
  readonly by: Editor;
}

/**
 * Changes what may be changed of a job, running or finished.
 * @throws ServiceError `job_not_found`, `precondition_failed`, `invalid_request`, `conflict`.
 */
export async function editJob(ports: ChangePorts & Scoped, name: string, { edit, by, expected }: EditRequest, options: CallOptions = {}): Promise<JobRecord> {
  let row: Versioned<OpenJob> | undefined;
  const change = async (record: JobRecord, now: Date): Promise<JobRecord | undefined> => {
    checkRevision(record, expected);
    const next = editRecord(record, edit, by, now);
    if (next !== undefined) row = await reopenRow(ports, record, options);
    return next;
  };
  const revised = await reviseRecord(ports, name, change, options);
  if (revised === undefined) throw jobNotFound(name);
  // The edit is on record, so what fails from here on is left to healing.
  if (revised.changed) await settleJob(ports, revised.record, { row, closes: true }, options).catch(() => undefined);
  return revised.record;
}
