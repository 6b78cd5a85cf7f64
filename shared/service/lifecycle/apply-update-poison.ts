import type { BackendJobRef } from "../../core/ports/backend-port.ts";
import { failureNotice } from "../../core/ports/outage.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { causeText } from "../../core/records/cause-text.ts";
import { describeMessage, updateMessage } from "../../core/records/messages.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { setNotice } from "../../core/records/set-notice.ts";
import { type ApplyUpdatePorts, applyUpdate } from "./apply-update.ts";
import { updateJob } from "./update-job.ts";

/**
 * Handles an update message that failed too often, and returns a text for the log. The update is tried once more. If it
 * fails again, the job has a notice until a later update succeeds: the poll sends one after a minute, and healing is
 * due immediately.
 */
export async function handlePoisonUpdate(
  ports: ApplyUpdatePorts,
  received: unknown,
  options: CallOptions = {},
): Promise<string> {
  const outcome = await retryUpdate(ports, received, options);
  return `An update failed too often; ${outcome}. The message: ${describeMessage(received)}`;
}

async function retryUpdate(ports: ApplyUpdatePorts, received: unknown, options: CallOptions): Promise<string> {
  const message = updateMessage.safeParse(received).data;
  if (message === undefined) return "the message is invalid";
  const { name, submission_id, kind } = message;
  try {
    await applyUpdate(ports, message, options);
    return `job ${name} was updated after all`;
  } catch (error) {
    const reason = causeText(error);
    // A request for the logs fetches fresh URLs anyway, and returns this error if it persists.
    if (kind === "log_urls") return `the log URLs of job ${name} could not be refreshed (${reason})`;
    await setUpdateFailed(ports, { name, submission_id }, error, options);
    return `job ${name} has a notice that its status may be outdated (${reason})`;
  }
}

async function setUpdateFailed(
  ports: ApplyUpdatePorts,
  { name, submission_id }: BackendJobRef,
  error: unknown,
  options: CallOptions,
): Promise<void> {
  const notice = failureNotice("update_failed", error);
  const healNow = () => ({ heal_at: ports.clock.now().toISOString() });
  const record = (found: JobRecord, now: Date) =>
    found.submission_id === submission_id ? setNotice(found, notice, now) : undefined;
  // The projections may be the reason why the update failed, so healing repeats them if they fail.
  const updated = await updateJob(ports, name, { record, ensureRow: healNow }, options);
  if (updated?.changed === false) await ports.openJobs.merge(name, healNow(), options);
}
