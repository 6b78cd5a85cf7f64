import { ServiceError } from "../core/errors.ts";
import type { CallOptions } from "../core/ports.ts";
import type { JobRecord } from "../core/record.ts";
import { isTerminal } from "../core/status.ts";
import { canCancel, requestCancel } from "../core/transitions.ts";
import { jobNotFound } from "./get-job.ts";
import { reviseRecord } from "./revise-record.ts";
import { type SendCancelPorts, sendCancel } from "./send-cancel.ts";
import { settleJob } from "./settle-job.ts";

/**
 * Cancels a job: at once while no dispatch is claimed, else by asking the backend, now and at every poll until the job ends.
 * @throws ServiceError `job_not_found`, `job_already_finished`, `conflict`.
 */
export async function cancelJob(ports: SendCancelPorts, name: string, options: CallOptions = {}): Promise<JobRecord> {
  // The row first: should this end half-way, healing finds the wish in the record and the poll sends it on.
  await ports.openJobs.merge(name, { heal_at: new Date(ports.clock.now().getTime() + 60_000).toISOString() }, options);
  const revised = await reviseRecord(
    ports,
    name,
    (record, now) => {
      if (canCancel(record.status)) return requestCancel(record, now);
      throw new ServiceError("job_already_finished", `Job ${name} is ${record.status}; only an active job can be canceled.`);
    },
    options,
  );
  if (revised === undefined) throw jobNotFound(name);
  const { record } = revised;
  // What fails from here on is made up for by the poll and by healing: the wish itself is on record.
  const changes = record.status === "CancelRequested" ? ({ cancel: "requested" } as const) : {};
  if (revised.changed) await settleJob(ports, record, { changes }, options).catch(() => undefined);
  if (record.dispatched_at !== undefined && !isTerminal(record.status)) await sendCancel(ports, record, options).catch(() => undefined);
  return record;
}
