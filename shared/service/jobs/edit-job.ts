import { jobNotFound } from "../../core/errors.ts";
import type { Backend } from "../../core/ports/backend-port.ts";
import type { OpenJob } from "../../core/ports/open-jobs.ts";
import type { CallOptions, Versioned } from "../../core/ports/ports.ts";
import { type Editor, editRecord, editsReceived, type JobEdit } from "../../core/records/edit-record.ts";
import type { JobRecord } from "../../core/records/record.ts";
import type { Scoped } from "../../core/records/scope.ts";
import { ensureOpenRow } from "../lifecycle/ensure-open-row.ts";
import { type RevisePorts, reviseRecord } from "../lifecycle/revise-record.ts";
import { sendEdit } from "../lifecycle/send-edit.ts";
import type { UpdateJobPorts } from "../lifecycle/update-job.ts";
import { updateProjections } from "../lifecycle/update-projections.ts";
import { checkRevision, type ExpectedRevisions } from "./check-revision.ts";

export type EditPorts = UpdateJobPorts & Scoped & { readonly backend: Backend };

/** How long a caller waits for the backend; healing tells it later. */
const backendMs = 3000;

export interface EditRequest extends ExpectedRevisions {
  readonly edit: JobEdit;
  readonly by: Editor;
}

/**
 * Changes what may be changed of a job, running or finished.
 * @throws ServiceError `job_not_found`, `precondition_failed`, `invalid_request`, `conflict`.
 */
export async function editJob(
  ports: EditPorts,
  name: string,
  { edit, by, expected }: EditRequest,
  options: CallOptions = {},
): Promise<JobRecord> {
  let row: Versioned<OpenJob> | undefined;
  const change = async (record: JobRecord, now: Date): Promise<JobRecord | undefined> => {
    checkRevision(record, expected);
    const shows = record.backend !== ports.backend.id || ports.backend.update !== undefined;
    const next = editRecord(record, edit, { by, shows }, now);
    if (next !== undefined)
      row = await ensureOpenRow(ports, record, { ...options, ...(shows ? { editRevision: next.revision } : {}) });
    return next;
  };
  const revised = await reviseRecord(ports, name, change, options);
  if (revised === undefined) throw jobNotFound(name);
  // The edit is on record, so what fails from here on is left to healing.
  if (revised.changed) await finish(ports, revised.record, row, options).catch(() => undefined);
  return revised.record;
}

/** The record as it is once the backend has received its edits. */
export async function keepReceived(ports: RevisePorts, sent: JobRecord, options: CallOptions): Promise<JobRecord> {
  if (editsReceived(sent, sent, ports.clock.now()) === undefined) return sent;
  return (
    (await reviseRecord(ports, sent.name, (record, now) => editsReceived(record, sent, now), options))?.record ?? sent
  );
}

/** Tells the backend, if it is to know and answers soon, and brings up what derives from the record. */
async function finish(
  ports: EditPorts,
  record: JobRecord,
  row: Versioned<OpenJob> | undefined,
  options: CallOptions,
): Promise<void> {
  const limit = AbortSignal.timeout(backendMs);
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  const sent = await sendEdit(ports, record, { signal }).catch(() => false);
  const current = sent ? await keepReceived(ports, record, options) : record;
  // Another edit may have come meanwhile: then the row waits for that one, or changes before it is written.
  const now = sent ? await ports.openJobs.get(record.name, options) : undefined;
  const settle =
    now?.value.edit_revision === record.revision
      ? { row: now, changes: { edit: "sent" as const }, closes: true, ifUnchanged: true }
      : { row, closes: true };
  await updateProjections(ports, current, settle, options);
}
