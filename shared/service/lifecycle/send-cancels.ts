import type { ObservedJob } from "../../core/ports/backend-port.ts";
import type { OpenJob, OpenJobChanges } from "../../core/ports/open-jobs.ts";
import { failureNotice } from "../../core/ports/outage.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { clearNotice, setNotice } from "../../core/records/set-notice.ts";
import { isTerminal } from "../../core/records/status.ts";
import { type SendCancelPorts, sendCancel } from "./send-cancel.ts";
import { updateJob } from "./update-job.ts";

/** A job for which a call failed. */
export interface FailedCall {
  readonly name: string;
  readonly error: unknown;
}

/**
 * Sends requested cancels to the backend, at every poll until the job ends or the backend rejects the cancel, and
 * returns the failed calls. A failure does not delay the others; the job has a notice until its cancel succeeds.
 */
export async function sendCancels(
  ports: SendCancelPorts,
  rows: readonly OpenJob[],
  observed: ReadonlyMap<string, ObservedJob>,
  options: CallOptions,
): Promise<readonly FailedCall[]> {
  const requested = rows.filter(({ name, cancel }) => {
    const status = observed.get(name)?.observation?.status;
    return (cancel === "requested" || cancel === "failing") && status !== undefined && !isTerminal(status);
  });
  const failed: FailedCall[] = [];
  await Promise.all(
    requested.map(async (row) => {
      try {
        const outcome = await sendCancel(ports, row, options);
        const changes: OpenJobChanges = outcome === "sent" ? { cancel: "requested" } : {};
        if (row.cancel === "failing") await clearFailing(ports, row, changes, options).catch(() => undefined);
      } catch (error) {
        failed.push({ name: row.name, error });
        if (row.cancel !== "failing") await setFailing(ports, row, error, options).catch(() => undefined);
      }
    }),
  );
  return failed;
}

function setFailing(ports: SendCancelPorts, row: OpenJob, error: unknown, options: CallOptions): Promise<unknown> {
  const notice = failureNotice("cancel_not_sent", error);
  const record = (found: JobRecord, now: Date) =>
    found.submission_id === row.submission_id ? setNotice(found, notice, now) : undefined;
  return updateJob(ports, row.name, { record, row: () => ({ cancel: "failing" }) }, options);
}

function clearFailing(
  ports: SendCancelPorts,
  { name }: OpenJob,
  changes: OpenJobChanges,
  options: CallOptions,
): Promise<unknown> {
  const record = (found: JobRecord, now: Date) => clearNotice(found, "cancel_not_sent", now);
  return updateJob(ports, name, { record, row: () => changes }, options);
}
