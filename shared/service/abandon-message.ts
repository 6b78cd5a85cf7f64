import { isServiceError } from "../core/errors.ts";
import { dispatchMessage, updateMessage } from "../core/messages.ts";
import type { BackendJobRef, CallOptions, Clock, OpenJobs } from "../core/ports.ts";
import { isTerminal } from "../core/status.ts";
import { changeJob } from "./change-job.ts";
import { type DispatchPorts, failDispatch, recordDispatched } from "./dispatch-job.ts";

/**
 * Ends a dispatch that failed too often. First looks for the job at the backend: found, it is adopted; surely absent, it is
 * Failed; unreachable, it is kept open and the poll sends the dispatch again. What is no message of ours is let go of.
 */
export async function abandonDispatch(ports: DispatchPorts, received: unknown, options: CallOptions = {}): Promise<void> {
  const message = dispatchMessage.safeParse(received).data;
  const found = message && (await ports.records.get(message.name, options));
  if (found === undefined || found.value.submission_id !== message?.submission_id) return;
  const record = found.value;
  if (record.dispatched_at !== undefined || isTerminal(record.status)) return void (await changeJob(ports, record.name, { record: () => undefined }, options));
  const observation = await look(ports, record, options);
  if (observation === "unreachable") return;
  if (observation !== undefined) return recordDispatched(ports, found, observation, options);
  const reason = `The job could not be handed to the backend ${record.backend}; the service's log has the cause.`;
  await failDispatch(ports, record, "dispatch_failed", reason, options);
}

async function look({ backend }: DispatchPorts, { name, submission_id }: BackendJobRef, options: CallOptions) {
  try {
    return (await backend.observe([{ name, submission_id }], options))[0]?.observation;
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
  { openJobs, clock }: { readonly openJobs: OpenJobs; readonly clock: Clock },
  received: unknown,
  options: CallOptions = {},
): Promise<void> {
  const message = updateMessage.safeParse(received).data;
  if (message !== undefined) await openJobs.merge(message.name, { heal_at: clock.now().toISOString() }, options);
}
