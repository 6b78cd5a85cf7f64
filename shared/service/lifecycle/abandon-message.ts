/** What becomes of messages that failed too often. Each operation says for the log what it came to, and of which message. */
import type { BackendJobRef } from "../../core/ports/backend-port.ts";
import { causeIn, failureNotice } from "../../core/ports/outage.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { causeText } from "../../core/records/cause-text.ts";
import { describeMessage, dispatchMessage, updateMessage } from "../../core/records/messages.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { isTerminal } from "../../core/records/status.ts";
import { setNotice } from "../../core/records/transitions.ts";
import { type ApplyUpdatePorts, applyUpdate } from "./apply-update.ts";
import { type DispatchPorts, endUnlessThere, finishDispatch } from "./dispatch-job.ts";
import { reviseRecord } from "./revise-record.ts";
import { updateProjections } from "./update-projections.ts";

const noMessage = "it is no message of this queue";

/**
 * Ends a dispatch that failed too often. First looks for the job at the backend: found, it is adopted; surely absent, it is
 * Failed; away, it is kept open and the poll sends the dispatch again. What is about no job that there is, is let go of.
 */
export async function handlePoisonDispatch(
  ports: DispatchPorts,
  received: unknown,
  options: CallOptions = {},
): Promise<string> {
  return `A dispatch failed too often; ${await endDispatch(ports, received, options)}. The message: ${describeMessage(received)}`;
}

async function endDispatch(ports: DispatchPorts, received: unknown, options: CallOptions): Promise<string> {
  const message = dispatchMessage.safeParse(received).data;
  if (message === undefined) return noMessage;
  const { name, submission_id } = message;
  const found = await ports.records.get(name, options);
  if (found?.value.submission_id !== submission_id || found.value.deleted_at !== undefined)
    return `the job ${name} of this message is gone`;
  if (found.value.backend !== ports.backend.id) return `job ${name} waits for the backend ${found.value.backend}`;
  if (found.value.dispatched_at !== undefined || isTerminal(found.value.status))
    await finishDispatch(ports, found.value, options);
  else {
    const { backend, notice } = found.value;
    const cause = notice?.code === "dispatch_failing" ? causeIn(notice) : undefined;
    const why = [
      `The job could not be handed to the backend ${backend} in several tries.`,
      ...(cause === undefined ? [] : [`The cause: ${cause}`]),
    ].join(" ");
    await endUnlessThere(ports, found, { code: "dispatch_failed", message: why }, options);
  }
  const status = (await ports.records.get(name, options))?.value.status;
  return `job ${name} is ${status ?? "gone"}`;
}

/**
 * Tries an update that failed too often once more. What still cannot be taken in is noted on the job as its `notice`, until
 * newer news can be: the poll sends them again after a minute, and healing looks the job over at once.
 */
export async function handlePoisonUpdate(
  ports: ApplyUpdatePorts,
  received: unknown,
  options: CallOptions = {},
): Promise<string> {
  return `An update failed too often; ${await endUpdate(ports, received, options)}. The message: ${describeMessage(received)}`;
}

async function endUpdate(ports: ApplyUpdatePorts, received: unknown, options: CallOptions): Promise<string> {
  const message = updateMessage.safeParse(received).data;
  if (message === undefined) return noMessage;
  const { name, submission_id, kind } = message;
  try {
    await applyUpdate(ports, message, options);
    return `job ${name} could take it in after all`;
  } catch (error) {
    const reason = causeText(error);
    // Whoever reads the logs fetches their URLs anew, and is told what is wrong.
    if (kind === "log_urls") return `the log URLs of job ${name} could not be refreshed (${reason})`;
    await note(ports, { name, submission_id }, error, options);
    return `job ${name} shows that it may be out of date (${reason})`;
  }
}

async function note(
  ports: ApplyUpdatePorts,
  { name, submission_id }: BackendJobRef,
  error: unknown,
  options: CallOptions,
): Promise<void> {
  const { openJobs, clock } = ports;
  await openJobs.merge(name, { heal_at: clock.now().toISOString() }, options);
  const row = await openJobs.get(name, options);
  const said = failureNotice("update_failed", error);
  const change = (record: JobRecord, now: Date) =>
    record.submission_id === submission_id ? setNotice(record, said, now) : undefined;
  const noted = await reviseRecord(ports, name, change, options);
  // What fails here may be what the update failed of; healing tells.
  if (noted?.changed === true)
    await updateProjections(ports, noted.record, { row, closes: false }, options).catch(() => undefined);
}
