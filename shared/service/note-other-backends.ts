import type { OpenJob } from "../core/open-jobs.ts";
import type { CallOptions } from "../core/ports.ts";
import type { JobRecord } from "../core/record.ts";
import { noteOtherBackend } from "../core/transitions.ts";
import { changeJob } from "./change-job.ts";
import type { SendCancelPorts } from "./send-cancel.ts";

/** On the row of a job that was told; the next observation differs from it, and so is sent, taken in and ends the note. */
const told = "other_backend";
/** A tick has more to do. */
const most = 100;

/**
 * Makes visible, on each of them once and as a text for the log, that jobs of a backend that the service does not run now are
 * not looked after. Nothing where there are none.
 */
export async function noteOtherBackends(ports: SendCancelPorts, open: readonly OpenJob[], options: CallOptions): Promise<string | undefined> {
  const { id } = ports.backend;
  const rows = open.filter(({ backend }) => backend !== id);
  if (rows.length === 0) return undefined;
  const untold = rows.filter(({ applied_digest }) => applied_digest !== told).slice(0, most);
  const note = ({ name, submission_id }: OpenJob) => {
    const record = (found: JobRecord, now: Date) => (found.submission_id === submission_id ? noteOtherBackend(found, id, now) : undefined);
    return changeJob(ports, name, { record, row: () => ({ applied_digest: told, sent_digest: told }) }, options);
  };
  // What fails here is tried again at the next tick.
  await Promise.allSettled(untold.map(note));
  const others = [...new Set(rows.map(({ backend }) => backend))].join(" and ");
  return `Open jobs of the backend ${others}: ${rows.length}. This service runs ${id} (JOBS_BACKEND), so they are neither started nor looked at until it runs ${others} again.`;
}
