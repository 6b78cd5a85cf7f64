// Knowing and ending processes by more than their number, because numbers are used again. Part of the supervisor: it imports nothing but Node.
import { execFileSync } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";

/** A process that cannot be mistaken for a later one of the same number. */
export interface ProcessId {
  readonly pid: number;
  /** Text to compare only: clock ticks since boot on Linux, a date elsewhere, "" where the system does not say. */
  readonly start_time: string;
}

/** The variable by which every process of a job is found, wherever it moved itself. */
export const submissionVariable = "JOBGATE_SUBMISSION_ID";

/**
 * A limit for real-time threads, in microseconds, that every process of a submission inherits and that none can raise again: with an
 * empty environment, in a session and a folder of its own, it still has this mark. From 142 years on, so it limits nothing.
 */
export function submissionMark(submissionId: string): number {
  // Two hashes (FNV-1a and a sibling), without node:crypto, which every start of a supervisor would have to load.
  let [high, low] = [0x811c9dc5, 0x9747b28c];
  for (const byte of Buffer.from(submissionId)) {
    high = Math.imul(high ^ byte, 0x01000193);
    low = Math.imul(low ^ byte, 0x5bd1e995);
  }
  return 2 ** 52 + (high >>> 8) * 2 ** 24 + (low >>> 8);
}

/** The fields of a process behind its name, which stands in brackets and may hold blanks and brackets. @see proc_pid_stat(5) */
function statOf(pid: number): readonly string[] | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** Since when a process runs; undefined when there is none, or only what is left of one that ended. */
function startTimeOf(pid: number): string | undefined {
  if (process.platform === "linux") {
    const fields = statOf(pid);
    return fields === undefined || fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
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

/** Whether a process was stopped (SIGSTOP); false where the system does not say. */
export function isStopped({ pid }: ProcessId): boolean {
  return process.platform === "linux" && statOf(pid)?.[0] === "T";
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
export function sendGroupSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    if (process.platform === "win32")
      execFileSync("taskkill", ["/PID", String(pid), "/T", "/F"], { stdio: "ignore", timeout: 5_000 });
    else process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** A process that starts others while it is looked for is found in a later round. */
const killRounds = 20;

/** Kills what a submission left running: its group, if the leader is still the one we know, and (on Linux) every process with its mark or variable. */
export function killSubmission(submissionId: string, leader: ProcessId | undefined): void {
  if (leader !== undefined && leader.pid !== process.pid && isRunning(leader)) sendGroupSignal(leader.pid, "SIGKILL");
  if (process.platform !== "linux") return;
  const killed = new Set<number>();
  for (let round = 0; round < killRounds; round++) {
    const found = processesOf(submissionId).filter((pid) => !killed.has(pid));
    if (found.length === 0) return;
    for (const pid of found) {
      sendSignal(pid, "SIGKILL");
      killed.add(pid);
    }
  }
}

function processesOf(submissionId: string): readonly number[] {
  const mark = ` ${submissionMark(submissionId)} `;
  const variable = `\0${submissionVariable}=${submissionId}\0`;
  // One buffer for all: this is looked at for each process of the machine, at the end of each job.
  const buffer = Buffer.allocUnsafe(64 * 1024);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter(
      (pid) =>
        readInto(buffer, `/proc/${pid}/limits`).includes(mark) ||
        `\0${readInto(buffer, `/proc/${pid}/environ`)}`.includes(variable),
    )
    .map(Number);
}

/** A file's text, "" for one that cannot be read. */
function readInto(buffer: Buffer, file: string): string {
  try {
    const opened = openSync(file, "r");
    try {
      const size = readSync(opened, buffer);
      return size < buffer.length ? buffer.toString("latin1", 0, size) : (readOrUndefined(file) ?? "");
    } finally {
      closeSync(opened);
    }
  } catch {
    return "";
  }
}

/** Sends a signal to one process, unless it has ended in the meantime. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
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
