/**
 * The notice of jobs while storage refuses writes. It is part of answers alone: a record that cannot be written cannot
 * hold it.
 */
import { type Notice, type NoticeText, notices, type OutageReason } from "./notice.ts";
import { isTerminal } from "./status.ts";

/** Reasons for which writes fail while reads succeed. */
type WriteTrouble = "storage_full" | "storage_refused";

export function isWriteTrouble(reason: OutageReason | undefined): reason is WriteTrouble {
  return reason === "storage_full" || reason === "storage_refused";
}

const outOfDate = "Nothing about jobs can be stored meanwhile, so the status here may be out of date.";
const mends: Readonly<Record<WriteTrouble, string>> = {
  storage_full: "Free some space on the disk that storage writes to.",
  storage_refused: "The log has the details.",
};

/** The text of the notice. */
export function writeTroubleNotice(code: WriteTrouble): NoticeText {
  return { code, message: `${notices[code]} ${outOfDate} ${mends[code]}` };
}

/**
 * The notice that an answer shows of a job, or of its row in a list, while storage refuses writes: none if the job is
 * over or has one of its own.
 */
export function storageNotice(
  { status, notice }: { readonly status: string; readonly notice?: Notice },
  trouble: Notice | undefined,
): Notice | undefined {
  return notice !== undefined || isTerminal(status) ? undefined : trouble;
}
