// The service's eye on a supervisor that runs: what does not answer is woken, and in the end killed with all of its job.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type Exit, jobFiles, type Started } from "./job-files.ts";
import type { JobFolder } from "./job-folder.ts";
import { endLost, type JobState, readLeader, readState, writeOutcome } from "./job-state.ts";
import { isRunning, isStopped, killSubmission, send } from "./processes.ts";

/** Called every two seconds or so; counts its own looks, so that a service that was stopped or asleep itself draws no wrong conclusion. */
export interface SupervisorWatch {
  look(now: Date): Promise<void>;
}

/** Looks without a sign of life before a supervisor is told to go on, which wakes one that was stopped. */
const wakeAfter = 2;
/** Looks before a job is ended over the head of its supervisor, which needs five seconds for an end that is wanted. */
const endAfter = 8;

/** How long a supervisor may take to end behind its outcome, all in all five seconds. */
const lastMoments = 50;
const lastMomentMs = 100;

/** @see beat in `supervisor.ts`: a supervisor that runs changes the time of `started` every second. */
export function createSupervisorWatch(folder: JobFolder): SupervisorWatch {
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
    async look(now) {
      const state = await readState(folder);
      const { started } = state;
      if (state.exit !== undefined) return;
      if (started === undefined || !isSupervisorThere(started)) return endLost(folder, now);
      silent = (await isSilent(started)) ? silent + 1 : 0;
      afterCancel = state.cancelRequested ? afterCancel + 1 : 0;
      if (silent >= wakeAfter) send(started.pid, "SIGCONT");
      if (silent < endAfter && afterCancel < endAfter) return;
      const exit = await overdueEnd(folder, state, now);
      if (exit !== undefined) await endBy(folder, exit);
    },
  };
}

/** A start that this process itself has claimed was to write an outcome at once; no supervisor comes any more. */
function isSupervisorThere(started: Started): boolean {
  return started.pid !== process.pid && isRunning(started);
}

/** How a job whose supervisor does not answer is to end; undefined while nothing calls for its end. */
async function overdueEnd(folder: JobFolder, { started, cancelRequested }: JobState, now: Date): Promise<Exit | undefined> {
  const finished_at = now.toISOString();
  if (cancelRequested) return { status: "Canceled", finished_at };
  const failed = (code: string, message: string): Exit => ({ status: "Failed", finished_at, error: { code, message } });
  const { timeout_seconds } = folder.spec;
  if (timeout_seconds !== undefined && now.getTime() > Date.parse(started?.started_at ?? "") + timeout_seconds * 1_000) {
    return failed(
      "timed_out",
      `The command ran longer than limits.timeout, ${timeout_seconds} seconds, and was ended with its supervisor, which did not answer.`,
    );
  }
  const leader = await readLeader(folder);
  if (leader === undefined || isRunning(leader)) return undefined;
  return failed("supervisor_lost", "The command has ended, but the process that watches it did not answer any more, so its exit code is not known.");
}

async function endBy(folder: JobFolder, exit: Exit): Promise<void> {
  await killAll(folder);
  // The supervisor may have written the outcome as its last act.
  if ((await readState(folder)).exit === undefined) writeOutcome(folder, exit);
}

/** Kills a job with its supervisor. */
async function killAll(folder: JobFolder): Promise<void> {
  const { started } = await readState(folder);
  if (started !== undefined && isSupervisorThere(started)) send(started.pid, "SIGKILL");
  killSubmission(folder.spec.submission_id, await readLeader(folder));
}

/** Sees to it that nothing of a job runs on behind its outcome. The supervisor writes that last, and has a moment to end by itself. */
export async function endRemains(folder: JobFolder, waitFor: (ms: number) => Promise<void>, closing: AbortSignal): Promise<void> {
  const { started } = await readState(folder);
  const isThere = () => started !== undefined && isSupervisorThere(started);
  for (let waits = 0; waits < lastMoments && isThere() && !closing.aborted; waits++) await waitFor(lastMomentMs);
  if (closing.aborted) return;
  const leader = await readLeader(folder);
  if (isThere() || (leader !== undefined && isRunning(leader))) await killAll(folder);
}
