// Knowing and ending processes by more than their number, because numbers are used again. Part of the supervisor: it imports nothing but Node.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A process that cannot be mistaken for a later one of the same number. */
export interface ProcessId {
  readonly pid: number;
  /** Text to compare only: clock ticks since boot on Linux, a date elsewhere, "" where the system does not say. */
  readonly start_time: string;
}

/** The variable by which every process of a job is found, wherever it moved itself. */
export const submissionVariable = "JOBGATE_SUBMISSION_ID";

/** Since when a process runs; undefined when there is none, or only what is left of one that ended. */
function startTimeOf(pid: number): string | undefined {
  if (process.platform === "linux") {
    const stat = readOrUndefined(`/proc/${pid}/stat`);
    // The name in brackets may hold blanks and brackets; behind it: state (field 3), ..., start time (field 22). See proc_pid_stat(5).
    const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields === undefined || fields[0] === "Z" ? undefined : fields[19];
  }
  if (process.platform === "win32") return isNumberInUse(pid) ? "" : undefined;
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", timeout: 5_000 }).trim();
  } catch {
    return undefined;
  }
}

/** The process of this number, as it is now. */
export function identify(pid: number): ProcessId {
  return { pid, start_time: startTimeOf(pid) ?? "" };
}

/** Whether this very process still runs. */
export function isRunning({ pid, start_time }: ProcessId): boolean {
  return isNumberInUse(pid) && startTimeOf(pid) === start_time;
}

function isNumberInUse(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // EPERM, too: a process of another user is not one of ours.
    return false;
  }
}

/** Sends a signal to a process group; false when the group has no members. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    if (process.platform === "win32") execFileSync("taskkill", ["/PID", String(pid), "/T", "/F"], { stdio: "ignore", timeout: 5_000 });
    else process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Kills what a submission left running: its group, if the leader is still the one we know, and (on Linux) every process that has its variable. */
export function killSubmission(submissionId: string, leader: ProcessId | undefined): void {
  if (leader !== undefined && isRunning(leader)) signalGroup(leader.pid, "SIGKILL");
  if (process.platform !== "linux") return;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const environment = `\0${readOrUndefined(`/proc/${pid}/environ`) ?? ""}`;
    if (environment.includes(`\0${submissionVariable}=${submissionId}\0`)) kill(Number(pid));
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}

function readOrUndefined(file: string): string | undefined {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return undefined;
  }
}
