// Detects a supervisor that is stopped or hangs: the service resumes it, and in the end kills it with its whole job.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type Exit, jobFiles, type Started } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { endLostJob, type JobState, readLeader, readState, writeOutcome } from "../folder/job-state.ts";
import { isRunning, isStopped, killSubmission, sendSignal } from "./processes.ts";

/** Called about every two seconds. It counts its looks and not the time, because the service may have been stopped as well. */
export interface SupervisorWatchdog {
  check(now: Date): Promise<void>;
}

/** Looks without a beat before SIGCONT is sent, which resumes a supervisor that was stopped. */
const wakeAfter = 2;
/** Looks before the service ends a job itself. A supervisor that runs needs five seconds to end a command. */
const endAfter = 8;

/** Time for a supervisor to exit after it has written the outcome: five seconds in all. */
const lastMoments = 50;
const lastMomentMs = 100;

/** A supervisor that runs updates the time of `started` every second. @see beat in `supervisor.ts` */
export function createSupervisorWatchdog(folder: JobFolder): SupervisorWatchdog {
  let lastBeat: number | undefined;
  let silent = 0;
  let afterCancel = 0;

  async function isSilent(started: Started): Promise<boolean> {
    const beat = await stat(join(folder.path, jobFiles.started)).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
    const isSame = beat === lastBeat;
    lastBeat = beat;
    return isSame || isStopped(started);
  }

  return {
    async check(now) {
      const state = await readState(folder);
      const { started } = state;
      if (state.exit !== undefined) return;
      if (started === undefined || !isSupervisorThere(started)) return endLostJob(folder, now);
      silent = (await isSilent(started)) ? silent + 1 : 0;
      afterCancel = state.cancelRequested ? afterCancel + 1 : 0;
      if (silent >= wakeAfter) sendSignal(started.pid, "SIGCONT");
      if (silent < endAfter && afterCancel < endAfter) return;
      const exit = await overdueEnd(folder, state, now);
      if (exit !== undefined) await endBy(folder, exit);
    },
  };
}

/** A start that this process itself has claimed has no supervisor: the claim was for an outcome. */
function isSupervisorThere(started: Started): boolean {
  return started.pid !== process.pid && isRunning(started);
}

/** The outcome of a job whose supervisor does not answer; undefined while the command may still run. */
async function overdueEnd(
  folder: JobFolder,
  { started, cancelRequested }: JobState,
  now: Date,
): Promise<Exit | undefined> {
  const finished_at = now.toISOString();
  if (cancelRequested) return { status: "Canceled", finished_at };
  const failed = (code: string, message: string): Exit => ({ status: "Failed", finished_at, error: { code, message } });
  const { timeout_seconds } = folder.spec;
  if (
    timeout_seconds !== undefined &&
    now.getTime() > Date.parse(started?.started_at ?? "") + timeout_seconds * 1_000
  ) {
    return failed(
      "timed_out",
      `The command ran longer than limits.timeout, ${timeout_seconds} seconds, and was ended with its supervisor, which did not answer.`,
    );
  }
  const leader = await readLeader(folder);
  if (leader === undefined || isRunning(leader)) return undefined;
  return failed(
    "supervisor_lost",
    "The command has ended, but the process that watches it did not answer any more, so its exit code is not known.",
  );
}

async function endBy(folder: JobFolder, exit: Exit): Promise<void> {
  await killAll(folder);
  // The supervisor may have written the outcome as its last act.
  if ((await readState(folder)).exit === undefined) writeOutcome(folder, exit);
}

/** Kills a job with its supervisor. */
async function killAll(folder: JobFolder): Promise<void> {
  const { started } = await readState(folder);
  if (started !== undefined && isSupervisorThere(started)) sendSignal(started.pid, "SIGKILL");
  killSubmission(folder.spec.submission_id, await readLeader(folder));
}

/** Kills what still runs of a job that has its outcome. The supervisor, which wrote it, has time to exit by itself. */
export async function killRemains(
  folder: JobFolder,
  waitFor: (ms: number) => Promise<void>,
  closing: AbortSignal,
): Promise<void> {
  const { started } = await readState(folder);
  const isThere = () => started !== undefined && isSupervisorThere(started);
  for (let waits = 0; waits < lastMoments && isThere() && !closing.aborted; waits++) await waitFor(lastMomentMs);
  if (closing.aborted) return;
  const leader = await readLeader(folder);
  if (isThere() || (leader !== undefined && isRunning(leader))) await killAll(folder);
}
