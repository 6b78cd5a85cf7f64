import { type Backend, type BackendJobRef, BackendRefusal } from "../../core/ports/backend-port.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { recordCancelRefusal } from "../../core/records/record-changes.ts";
import { type UpdateJobPorts, updateJob } from "./update-job.ts";

export interface SendCancelPorts extends UpdateJobPorts {
  readonly backend: Backend;
}

/**
 * Sends a requested cancel to the backend. A rejection by the backend is added to the timeline, and the job continues.
 */
export async function sendCancel(
  ports: SendCancelPorts,
  { name, submission_id }: BackendJobRef,
  options: CallOptions = {},
): Promise<"sent" | "refused"> {
  try {
    await ports.backend.cancel({ name, submission_id }, options);
    return "sent";
  } catch (error) {
    if (!(error instanceof BackendRefusal)) throw error;
    const reason = error.message;
    const record = (found: JobRecord, now: Date) => recordCancelRefusal(found, reason, now);
    await updateJob(ports, name, { record, row: () => ({ cancel: "refused" }) }, options);
    return "refused";
  }
}
