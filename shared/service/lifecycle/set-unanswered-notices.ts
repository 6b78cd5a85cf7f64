import type { OpenJob } from "../../core/ports/open-jobs.ts";
import { failureNotice, outageNotice, pauseNotice } from "../../core/ports/outage.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { type NoticeText, notices } from "../../core/records/notice.ts";
import { wasDispatched } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { setNotice } from "../../core/records/set-notice.ts";
import type { Observations } from "./observe-jobs.ts";
import { setNotices } from "./set-notices.ts";
import type { UpdateJobPorts } from "./update-job.ts";

/** Time after which an overdue job gets a notice. A shorter outage causes no writes. */
const overdueMs = 20_000;

function overdue(rows: readonly OpenJob[], now: Date): readonly OpenJob[] {
  return rows.filter(({ next_poll_at }) => now.getTime() - Date.parse(next_poll_at) >= overdueMs);
}

/** Sets a notice with the reason on jobs that the backend did not report, or whose status could not be read. */
export async function setUnansweredNotices(
  ports: UpdateJobPorts,
  rows: readonly OpenJob[],
  { observed, failed, outage }: Observations,
  options: CallOptions,
): Promise<void> {
  const now = ports.clock.now();
  const errors = new Map(failed.map(({ name, error }) => [name, error]));
  const unreadable = rows.filter(({ name }) => errors.has(name));
  const setUnreadable = (record: JobRecord, at: Date) =>
    setNotice(record, failureNotice("status_unreadable", errors.get(record.name)), at);
  await setNotices(ports, unreadable, "status_unreadable", setUnreadable, options);
  const missing = rows.filter((row) => wasDispatched(row) && !observed.has(row.name) && !errors.has(row.name));
  const notice = outage === undefined ? notReported : outageNotice(outage, now);
  const setMissing = (record: JobRecord, at: Date) => setNotice(record, notice, at);
  await setNotices(ports, overdue(missing, now), notice.code, setMissing, options);
}

const notReported: NoticeText = {
  code: "unreachable",
  message: `${notices.unreachable} The response of the backend does not contain the job.`,
};

/** Sets a notice on overdue jobs while the backend has requested a pause. */
export async function setPauseNotices(
  ports: UpdateJobPorts,
  rows: readonly OpenJob[],
  until: Date,
  options: CallOptions,
): Promise<void> {
  const notice = pauseNotice(until);
  const set = (record: JobRecord, at: Date) => setNotice(record, notice, at);
  await setNotices(ports, overdue(rows, ports.clock.now()), notice.code, set, options);
}
