import { type Backend, BackendRefusal } from "../../core/ports/backend-port.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { metadataOf } from "../../core/records/job-of.ts";
import type { JobReader } from "../../core/records/job-reader.ts";
import { isFinished, wasDispatched } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";

/**
 * Has the backend show a job as it is today. True when that is done: also where the backend shows none, or will not, since the
 * record is the truth. False for a job that the backend does not have yet, or
 * that is another backend's.
 */
export async function sendEdit(
  { backend, jobReader }: { readonly backend: Backend; readonly jobReader: JobReader },
  record: JobRecord,
  options: CallOptions = {},
): Promise<boolean> {
  const { name, submission_id } = record;
  // Only a job's own backend shows it.
  if (record.backend !== backend.id) return false;
  if (!wasDispatched(record)) return isFinished(record);
  try {
    await backend.update?.({ name, submission_id }, metadataOf(jobReader, record), options);
  } catch (error) {
    if (!(error instanceof BackendRefusal)) throw error;
  }
  return true;
}
