import { type Backend, type BackendJobRef, BackendRefusal } from "../../core/ports/backend-port.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { recordCancelRefusal } from "../../core/records/transitions.ts";
import { type UpdateJobPorts, updateJob } from "./update-job.ts";

export interface SendCancelPorts extends UpdateJobPorts {
  readonly backend: Backend;
}

/** Passes a requested cancel on to the backend. A refusal becomes an entry of the timeline; the job goes on. */
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
    await updateJob(
      ports,
      name,
      { record: (record, now) => recordCancelRefusal(record, error.message, now), row: () => ({ cancel: "refused" }) },
      options,
    );
    return "refused";
  }
}
