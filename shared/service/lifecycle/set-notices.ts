import type { OpenJob } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { NoticeCode } from "../../core/records/notice.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { forEachConcurrent } from "../../lib/for-each-concurrent.ts";
import { type UpdateJobPorts, updateJob } from "./update-job.ts";

/** A tick has more to do. */
const most = 100;
/** A notice takes about five calls of storage, which may be in trouble itself. */
const atOnce = 16;

/**
 * On the row of a job with a notice, in place of the digest of its last observation: the next observation differs from it, and
 * so is sent, applied and takes the notice away. Until then the row alone says that the job has its notice.
 */
function marker(code: NoticeCode): string {
  return `notice:${code}`;
}

/** Gives jobs a notice, each once. A job that fails here has its turn at the next tick. */
export async function setNotices(
  ports: UpdateJobPorts,
  rows: readonly OpenJob[],
  code: NoticeCode,
  notice: (record: JobRecord, now: Date) => JobRecord | undefined,
  options: CallOptions,
): Promise<void> {
  const mark = marker(code);
  const without = rows.filter(({ applied_digest }) => applied_digest !== mark).slice(0, most);
  const give = async ({ name, submission_id, cancel }: OpenJob): Promise<void> => {
    const record = (found: JobRecord, now: Date) =>
      found.submission_id === submission_id ? notice(found, now) : undefined;
    // A notice about a cancel may be the one that goes.
    const again = cancel === "failing" ? ({ cancel: "requested" } as const) : {};
    await updateJob(
      ports,
      name,
      { record, row: () => ({ applied_digest: mark, sent_digest: mark, ...again }) },
      options,
    );
  };
  await forEachConcurrent(without, atOnce, (row) => give(row).catch(() => undefined));
}
