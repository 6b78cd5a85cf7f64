/**
 * The notice of jobs while storage refuses writes. It is added to responses, because it cannot be stored on a record.
 */
import { type Notice, type NoticeText, notices, type OutageReason } from "./notice.ts";
import { isTerminal } from "./status.ts";

/** Reasons for which only writes fail. */
type WriteTrouble = "storage_full" | "storage_refused";

export function isWriteTrouble(reason: OutageReason | undefined): reason is WriteTrouble {
  return reason === "storage_full" || reason === "storage_refused";
}

const outOfDate = "Changes of jobs cannot be stored, so the status here may be out of date.";
const mends: Readonly<Record<WriteTrouble, string>> = {
  storage_full: "Free some space on the disk that storage writes to.",
  storage_refused: "The log has the details.",
};

/** The text of the notice. */
export function writeTroubleNotice(code: WriteTrouble): NoticeText {
  return { code, message: `${notices[code]} ${outOfDate} ${mends[code]}` };
}

/**
 * The notice of a job, or of a row of a list, in a response while storage refuses writes: undefined if the job has
 * ended or has a notice of its own.
 */
export function storageNotice(
  { status, notice }: { readonly status: string; readonly notice?: Notice },
  trouble: Notice | undefined,
): Notice | undefined {
  return notice !== undefined || isTerminal(status) ? undefined : trouble;
}
