import type { ServiceError } from "../../core/errors.ts";
import type { ObservedJob } from "../../core/ports/backend-port.ts";
import type { OpenJob } from "../../core/ports/open-jobs.ts";
import { failureNotice, outageNotice, pauseNotice } from "../../core/ports/outage.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { type NoticeText, notices } from "../../core/records/notice.ts";
import { wasDispatched } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { setNotice } from "../../core/records/transitions.ts";
import type { FailedCall } from "./send-cancels.ts";
import { setNotices } from "./set-notices.ts";
import type { UpdateJobPorts } from "./update-job.ts";

/** What came of asking the backend about some jobs. */
export interface Asked {
  readonly answers: ReadonlyMap<string, ObservedJob>;
  readonly failed: readonly FailedCall[];
  /** Why the backend could not be asked about the others. */
  readonly outage?: ServiceError;
}

/** A job that was due for so long without an answer waits, which its notice says. A shorter outage costs no writes. */
const overdueMs = 20_000;

function overdue(rows: readonly OpenJob[], now: Date): readonly OpenJob[] {
  return rows.filter(({ next_poll_at }) => now.getTime() - Date.parse(next_poll_at) >= overdueMs);
}

/** Gives the jobs that the backend should have answered about, and did not, a notice with the reason. */
export async function setUnansweredNotices(
  ports: UpdateJobPorts,
  rows: readonly OpenJob[],
  { answers, failed, outage }: Asked,
  options: CallOptions,
): Promise<void> {
  const now = ports.clock.now();
  const failing = new Map(failed.map(({ name, error }) => [name, error]));
  const unreadable = rows.filter(({ name }) => failing.has(name));
  const noteFailure = (record: JobRecord, at: Date) =>
    setNotice(record, failureNotice("status_unreadable", failing.get(record.name)), at);
  await setNotices(ports, unreadable, "status_unreadable", noteFailure, options);
  const silent = rows.filter((row) => wasDispatched(row) && !answers.has(row.name) && !failing.has(row.name));
  const said = outage === undefined ? unanswered : outageNotice(outage, now);
  await setNotices(ports, overdue(silent, now), said.code, (record, at) => setNotice(record, said, at), options);
}

const unanswered: NoticeText = {
  code: "unreachable",
  message: `${notices.unreachable} The backend was asked about the job, and answered only about others.`,
};

/** Gives the jobs that are due while the backend wants a pause a notice that says so. */
export async function setPauseNotices(
  ports: UpdateJobPorts,
  rows: readonly OpenJob[],
  until: Date,
  options: CallOptions,
): Promise<void> {
  const said = pauseNotice(until);
  await setNotices(
    ports,
    overdue(rows, ports.clock.now()),
    said.code,
    (record, at) => setNotice(record, said, at),
    options,
  );
}
