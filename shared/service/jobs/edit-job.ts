import { jobNotFound } from "../../core/errors.ts";
import type { Backend } from "../../core/ports/backend-port.ts";
import type { OpenJob } from "../../core/ports/open-jobs.ts";
import type { CallOptions, Versioned } from "../../core/ports/ports.ts";
import { type Editor, editRecord, type JobEdit } from "../../core/records/edit-record.ts";
import type { JobRecord } from "../../core/records/record.ts";
import type { Scoped } from "../../core/records/scope.ts";
import { sendEdit, storeReceived } from "../lifecycle/send-edit.ts";
import { type UpdateJobPorts, updateJob } from "../lifecycle/update-job.ts";
import { updateProjections } from "../lifecycle/update-projections.ts";
import { checkRevision, type ExpectedRevisions } from "./check-revision.ts";

export type EditPorts = UpdateJobPorts & Scoped & { readonly backend: Backend };

/** Time limit of the call to the backend, for which the caller waits. After a timeout, healing sends the edit. */
const backendMs = 3000;

export interface EditRequest extends ExpectedRevisions {
  readonly edit: JobEdit;
  readonly by: Editor;
}

/**
 * Changes the editable fields of a job, running or finished, and sends them to a backend that stores job metadata.
 * @throws ServiceError `job_not_found`, `precondition_failed`, `invalid_request`, `conflict`.
 */
export async function editJob(
  ports: EditPorts,
  name: string,
  { edit, by, expected }: EditRequest,
  options: CallOptions = {},
): Promise<JobRecord> {
  const sendsEdits = ({ backend }: JobRecord) => backend !== ports.backend.id || ports.backend.update !== undefined;
  const updated = await updateJob(
    ports,
    name,
    {
      record: (record, now) => {
        checkRevision(record, expected);
        return editRecord(ports.jobReader, record, edit, { by, sendsEdits: sendsEdits(record) }, now);
      },
      ensureRow: (next) => (sendsEdits(next) ? { edit: "pending", edit_revision: next.revision } : {}),
      finish: ({ record }, row) => sendAndProject(ports, record, row, options),
    },
    options,
  );
  if (updated === undefined) throw jobNotFound(name);
  return updated.record;
}

/** Sends the edit before the projections are updated, so that the row is written once. */
async function sendAndProject(
  ports: EditPorts,
  record: JobRecord,
  row: Versioned<OpenJob>,
  options: CallOptions,
): Promise<void> {
  const limit = AbortSignal.timeout(backendMs);
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  const sent = await sendEdit(ports, record, { signal }).catch(() => false);
  if (!sent) return updateProjections(ports, record, { row, closes: true }, options);
  const current = await storeReceived(ports, record, options);
  const now = await ports.openJobs.get(record.name, options);
  // If a later edit was stored meanwhile, its row stays pending; `ifUnchanged` covers an edit stored after this read.
  const isNewest = now?.value.edit_revision === record.revision;
  const projection = isNewest ? { row: now, changes: { edit: "sent" as const }, ifUnchanged: true } : { row };
  await updateProjections(ports, current, { ...projection, closes: true }, options);
}
