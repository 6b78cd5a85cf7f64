import type { ObservedJob } from "../../core/ports/backend-port.ts";
import type { OpenJob, OpenJobChanges } from "../../core/ports/open-jobs.ts";
import { failureNotice } from "../../core/ports/outage.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { isTerminal } from "../../core/records/status.ts";
import { clearNotice, setNotice } from "../../core/records/transitions.ts";
import { type SendCancelPorts, sendCancel } from "./send-cancel.ts";
import { updateJob } from "./update-job.ts";

/** A job about which a call failed. */
export interface FailedCall {
  readonly name: string;
  readonly error: unknown;
}

/**
 * Sends requested cancels to the backend, at every look until the job ends or the backend refuses. One that fails does not hold
 * up the rest: its job has a notice of it until it succeeds. The cancels that failed.
 */
export async function sendCancels(
  ports: SendCancelPorts,
  rows: readonly OpenJob[],
  answers: ReadonlyMap<string, ObservedJob>,
  options: CallOptions,
): Promise<readonly FailedCall[]> {
  const wanted = rows.filter(({ name, cancel }) => {
    const status = answers.get(name)?.observation?.status;
    return (cancel === "requested" || cancel === "failing") && status !== undefined && !isTerminal(status);
  });
  const failed: FailedCall[] = [];
  await Promise.all(
    wanted.map(async (row) => {
      try {
        const outcome = await sendCancel(ports, row, options);
        if (row.cancel === "failing")
          await clear(ports, row, outcome === "sent" ? { cancel: "requested" } : {}, options).catch(() => undefined);
      } catch (error) {
        failed.push({ name: row.name, error });
        if (row.cancel !== "failing") await note(ports, row, error, options).catch(() => undefined);
      }
    }),
  );
  return failed;
}

function note(ports: SendCancelPorts, row: OpenJob, error: unknown, options: CallOptions): Promise<unknown> {
  const said = failureNotice("cancel_not_sent", error);
  const record = (found: JobRecord, now: Date) =>
    found.submission_id === row.submission_id ? setNotice(found, said, now) : undefined;
  return updateJob(ports, row.name, { record, row: () => ({ cancel: "failing" }) }, options);
}

function clear(
  ports: SendCancelPorts,
  { name }: OpenJob,
  changes: OpenJobChanges,
  options: CallOptions,
): Promise<unknown> {
  return updateJob(
    ports,
    name,
    { record: (found, now) => clearNotice(found, "cancel_not_sent", now), row: () => changes },
    options,
  );
}
