import { stat } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../../../lib/is-errno.ts";
import { type Exit, jobFiles } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { readLeader, readState, writeOutcome } from "../folder/job-state.ts";
import { killLeftovers } from "./kill-leftovers.ts";
import { isRunning } from "./process-id.ts";

/** Age from which an empty `started` means that its writer was killed between creating and filling it. */
const unfinishedStartMs = 10_000;

const supervisorKilled =
  "The supervisor process ended before the command: it was killed, or the machine was restarted.";

/**
 * Ends a job whose supervisor was killed: kills its remaining processes, then writes the outcome. Does nothing while
 * the supervisor runs, or if it wrote the outcome.
 */
export async function endLostJob(folder: JobFolder, now: Date): Promise<void> {
  const { started } = await readState(folder);
  if (started === undefined ? !(await isUnfinishedStart(folder, now)) : isRunning(started)) return;
  // Read again: the supervisor may have written the outcome and exited after the first read.
  const { exit, cancelRequested } = await readState(folder);
  if (exit !== undefined) return;
  killLeftovers(folder.spec.submission_id, await readLeader(folder));
  const finished_at = now.toISOString();
  const outcome: Exit = cancelRequested
    ? { status: "Canceled", finished_at }
    : { status: "Failed", finished_at, error: { code: "supervisor_lost", message: supervisorKilled } };
  writeOutcome(folder, outcome);
}

async function isUnfinishedStart({ path }: JobFolder, now: Date): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(join(path, jobFiles.started));
    return now.getTime() - mtimeMs > unfinishedStartMs;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
}
