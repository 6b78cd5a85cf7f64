import type { OpenJob } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { NoticeCode } from "../../core/records/notice.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { forEachConcurrent } from "../../lib/for-each-concurrent.ts";
import { type UpdateJobPorts, updateJob } from "./update-job.ts";

/** Maximum number of notices set in one run, so that its other work is not delayed. */
const maxNotices = 100;
/** Limited, because a notice takes about five storage calls, and storage may be failing too. */
const maxParallel = 16;

/**
 * Stored on the row of a job with a notice in place of the digest of its last observation. The next observation differs
 * from it, so it is sent and applied, which removes the notice. Until then, the row marks that the job has the notice.
 */
function marker(code: NoticeCode): string {
  return `notice:${code}`;
}

/** Sets a notice on jobs that do not have it yet. Jobs for which this fails get it in the next run. */
export async function setNotices(
  ports: UpdateJobPorts,
  rows: readonly OpenJob[],
  code: NoticeCode,
  notice: (record: JobRecord, now: Date) => JobRecord | undefined,
  options: CallOptions,
): Promise<void> {
  const mark = marker(code);
  const without = rows.filter(({ applied_digest }) => applied_digest !== mark).slice(0, maxNotices);
  const set = async ({ name, submission_id, cancel }: OpenJob): Promise<void> => {
    const record = (found: JobRecord, now: Date) =>
      found.submission_id === submission_id ? notice(found, now) : undefined;
    // The notice may replace that of a failing cancel, which then gets its notice again.
    const cancelChange = cancel === "failing" ? ({ cancel: "requested" } as const) : {};
    const row = () => ({ applied_digest: mark, sent_digest: mark, ...cancelChange });
    await updateJob(ports, name, { record, row }, options);
  };
  await forEachConcurrent(without, maxParallel, (row) => set(row).catch(() => undefined));
}
