import { isServiceError } from "../core/errors.ts";
import { dispatchMessage, readMessage, updateMessage } from "../core/messages.ts";
import type { CallOptions } from "../core/ports.ts";
import { isTerminal } from "../core/status.ts";
import { fail } from "../core/transitions.ts";
import { type DispatchPorts, recordDispatched } from "./dispatch-job.ts";
import { type RevisePorts, reviseRecord } from "./revise-record.ts";
import { type SettlePorts, settleJob } from "./settle-job.ts";

/**
 * Ends a dispatch that failed too often. First looks for the job at the backend: found, it is adopted; surely absent, it is
 * Failed; unreachable, it is kept open and the poll sends the dispatch again.
 */
export async function abandonDispatch(ports: DispatchPorts, received: unknown, options: CallOptions = {}): Promise<void> {
  const { name, submission_id } = readMessage(dispatchMessage, received);
  const found = await ports.records.get(name, options);
  if (found === undefined || found.value.submission_id !== submission_id) return;
  const record = found.value;
  if (record.dispatched_at !== undefined || isTerminal(record.status)) return settleJob(ports, record, {}, options);
  const observation = await look(ports, { name, submission_id }, options);
  if (observation === "unreachable") return;
  if (observation !== undefined) return recordDispatched(ports, record, observation, options);
  const error = { code: "dispatch_failed", message: `The job could not be handed to the backend ${record.backend}; the service's log has the cause.` };
  const failed = await reviseRecord(ports, name, (now, at) => (now.dispatched_at === undefined ? fail(now, error, at) : undefined), options);
  if (failed !== undefined) await settleJob(ports, failed.record, {}, options);
}

async function look({ backend }: DispatchPorts, job: { name: string; submission_id: string }, options: CallOptions) {
  try {
    return (await backend.observe([job], options))[0]?.observation;
  } catch (error) {
    if (isServiceError(error, "unavailable") || isServiceError(error, "throttled")) return "unreachable";
    throw error;
  }
}

/**
 * Lets go of an update that failed too often. Nothing of the job is lost by it: the poll compares what it sees with what was
 * taken, so it sends the same news again after a minute. The job is looked over by healing at once.
 */
export async function abandonUpdate(
  { openJobs, clock }: Pick<SettlePorts, "openJobs"> & Pick<RevisePorts, "clock">,
  received: unknown,
  options: CallOptions = {},
): Promise<void> {
  const message = readMessage(updateMessage, received);
  await openJobs.merge(message.name, { heal_at: clock.now().toISOString() }, options);
}
