// Bundled into the supervisor too, so it imports only Node.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Process id with the start time of the process, because the system reuses process ids. */
export interface ProcessId {
  readonly pid: number;
  /** Opaque: clock ticks since boot on Linux, a date elsewhere, "" where the system has no start times. */
  readonly start_time: string;
}

/** The process that currently has this process id. */
export function identifyProcess(pid: number): ProcessId {
  return { pid, start_time: startTime(pid) ?? "" };
}

/** Whether this process still runs. */
export function isRunning({ pid, start_time }: ProcessId): boolean {
  return isPidInUse(pid) && startTime(pid) === start_time;
}

/** Whether a process is stopped (SIGSTOP); false where the system does not report it. */
export function isStopped({ pid }: ProcessId): boolean {
  return process.platform === "linux" && readStat(pid)?.[0] === "T";
}

/** Start time of a process; undefined if it has ended, also if its zombie remains. */
function startTime(pid: number): string | undefined {
  if (process.platform === "linux") {
    const fields = readStat(pid);
    return fields === undefined || fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  }
  if (process.platform === "win32") return isPidInUse(pid) ? "" : undefined;
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", timeout: 5_000 }).trim();
  } catch {
    return undefined;
  }
}

/** Fields after the process name, which is in brackets and may contain blanks and brackets. @see proc_pid_stat(5) */
function readStat(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

function isPidInUse(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // EPERM too: a process of another user belongs to no job.
    return false;
  }
}
