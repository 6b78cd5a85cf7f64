import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type Exit, jobFiles, type Started } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { type JobState, readLeader, readState, writeOutcome } from "../folder/job-state.ts";
import { endLostJob } from "./end-lost-job.ts";
import { killLeftovers, sendSignal } from "./kill-leftovers.ts";
import { isRunning, isStopped } from "./process-id.ts";

/** Detects a killed or unresponsive supervisor. Resumes an unresponsive one, then kills it with its job. */
export interface SupervisorWatchdog {
  /** Called about every two seconds. Checks are counted, not time, because the service may have been stopped too. */
  check(now: Date): Promise<void>;
}

/** Checks without a heartbeat before SIGCONT is sent, which resumes a stopped supervisor. */
const resumeAfter = 2;
/** Checks before the service ends the job. A supervisor needs up to five seconds to end a command. */
const killAfter = 8;

/** Time for a supervisor to exit after it has written the outcome: five seconds in total. */
const maxExitWaits = 50;
const exitWaitMs = 100;

/** @see sendHeartbeat in `supervisor.ts`: a supervisor updates the modification time of `started` every second. */
export function createSupervisorWatchdog(folder: JobFolder): SupervisorWatchdog {
  let lastHeartbeat: number | undefined;
  let unresponsiveChecks = 0;
  let cancelChecks = 0;

  async function isUnresponsive(started: Started): Promise<boolean> {
    const heartbeat = await stat(join(folder.path, jobFiles.started)).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
    const isSame = heartbeat === lastHeartbeat;
    lastHeartbeat = heartbeat;
    return isSame || isStopped(started);
  }

  /** Resumes an unresponsive supervisor; true after `killAfter` checks without a heartbeat or with a cancel request. */
  async function isOverdue(started: Started, cancelRequested: boolean): Promise<boolean> {
    unresponsiveChecks = (await isUnresponsive(started)) ? unresponsiveChecks + 1 : 0;
    cancelChecks = cancelRequested ? cancelChecks + 1 : 0;
    if (unresponsiveChecks >= resumeAfter) sendSignal(started.pid, "SIGCONT");
    return unresponsiveChecks >= killAfter || cancelChecks >= killAfter;
  }

  return {
    async check(now) {
      const state = await readState(folder);
      const { started, cancelRequested } = state;
      if (state.exit !== undefined) return;
      if (started === undefined || !isSupervisorRunning(started)) return endLostJob(folder, now);
      if (!(await isOverdue(started, cancelRequested))) return;
      const exit = await forcedOutcome(folder, state, now);
      if (exit !== undefined) await killAndEnd(folder, exit);
    },
  };
}

/** False if no supervisor runs, also if this process claimed the start to write an outcome. */
function isSupervisorRunning(started: Started): boolean {
  return started.pid !== process.pid && isRunning(started);
}

/** The outcome of a job whose supervisor does not respond; undefined while the command may still run. */
async function forcedOutcome(
  folder: JobFolder,
  { started, cancelRequested }: JobState,
  now: Date,
): Promise<Exit | undefined> {
  const finished_at = now.toISOString();
  const failed = (code: string, message: string): Exit => ({ status: "Failed", finished_at, error: { code, message } });
  if (cancelRequested) return { status: "Canceled", finished_at };
  const { timeout_seconds } = folder.spec;
  if (timeout_seconds !== undefined && isTimedOut(started, timeout_seconds, now))
    return failed("timed_out", timedOutMessage(timeout_seconds));
  const leader = await readLeader(folder);
  return leader === undefined || isRunning(leader) ? undefined : failed("supervisor_lost", exitCodeUnknownMessage);
}

function isTimedOut(started: Started | undefined, timeoutSeconds: number, now: Date): boolean {
  return now.getTime() > Date.parse(started?.started_at ?? "") + timeoutSeconds * 1_000;
}

const exitCodeUnknownMessage =
  "The command has ended, but its supervisor process no longer responds, so the exit code is unknown.";

function timedOutMessage(timeoutSeconds: number): string {
  return (
    `The command ran longer than limits.timeout, ${timeoutSeconds} seconds, ` +
    "and was ended with its supervisor process, which did not respond."
  );
}

async function killAndEnd(folder: JobFolder, exit: Exit): Promise<void> {
  await killWithSupervisor(folder);
  // The supervisor may have written the outcome just before it was killed.
  if ((await readState(folder)).exit === undefined) writeOutcome(folder, exit);
}

async function killWithSupervisor(folder: JobFolder): Promise<void> {
  const { started } = await readState(folder);
  if (started !== undefined && isSupervisorRunning(started)) sendSignal(started.pid, "SIGKILL");
  killLeftovers(folder.spec.submission_id, await readLeader(folder));
}

/** Kills the remaining processes of a job that has an outcome. Its supervisor first has up to five seconds to exit. */
export async function killRemainingProcesses(
  folder: JobFolder,
  waitFor: (ms: number) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { started } = await readState(folder);
  const supervisorRuns = () => started !== undefined && isSupervisorRunning(started);
  for (let waits = 0; waits < maxExitWaits && supervisorRuns() && !signal.aborted; waits++) await waitFor(exitWaitMs);
  if (signal.aborted) return;
  const leader = await readLeader(folder);
  if (supervisorRuns() || (leader !== undefined && isRunning(leader))) await killWithSupervisor(folder);
}
