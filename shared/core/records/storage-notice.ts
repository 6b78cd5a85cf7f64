/**
 * The notice of jobs while storage rejects writes. It is added to responses, because it cannot be stored on a record.
 */
import { type Notice, type NoticeText, notices, type OutageReason } from "./notice.ts";
import { isTerminal } from "./status.ts";

/** Reasons for which only writes fail. */
type WriteTrouble = "storage_full" | "storage_refused";

export function isWriteTrouble(reason: OutageReason | undefined): reason is WriteTrouble {
  return reason === "storage_full" || reason === "storage_refused";
}

const outdated = "Changes of jobs cannot be stored, so the status shown here may be outdated.";
const remedies: Readonly<Record<WriteTrouble, string>> = {
  storage_full: "Free some space on the disk that storage writes to.",
  storage_refused: "See the log of the service for details.",
};

/** The text of the notice. */
export function writeTroubleNotice(code: WriteTrouble): NoticeText {
  return { code, message: `${notices[code]} ${outdated} ${remedies[code]}` };
}

/**
 * The notice of a job, or of a row of a list, in a response while storage rejects writes; undefined if the job has
 * ended or has a stored notice.
 */
export function storageNotice(
  { status, notice }: { readonly status: string; readonly notice?: Notice },
  trouble: Notice | undefined,
): Notice | undefined {
  return notice !== undefined || isTerminal(status) ? undefined : trouble;
}
