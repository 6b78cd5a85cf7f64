// Bundled into the supervisor too, so it imports only Node.
import { execFileSync } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { isRunning, type ProcessId } from "./process-id.ts";

/** Environment variable with the submission id, by which the processes of a job are found. */
export const submissionVariable = "JOBGATE_SUBMISSION_ID";

/**
 * Resource limit in microseconds (`ulimit -R`, RLIMIT_RTTIME) that marks the processes of a submission. Child processes
 * inherit it and cannot raise it, also with an empty environment or in another session. The value is over 142 years, so
 * it has no effect.
 */
export function submissionMark(submissionId: string): number {
  // FNV-1a and a variant, because loading node:crypto would slow down the start of each supervisor.
  let [high, low] = [0x811c9dc5, 0x9747b28c];
  for (const byte of Buffer.from(submissionId)) {
    high = Math.imul(high ^ byte, 0x01000193);
    low = Math.imul(low ^ byte, 0x5bd1e995);
  }
  return 2 ** 52 + (high >>> 8) * 2 ** 24 + (low >>> 8);
}

/** Repeats of the search: a process that starts others during a search is found by the next one. */
const maxRounds = 20;

/**
 * Kills the remaining processes of a submission: the process group of `leader` if it still runs and, on Linux, each
 * process with the submission's mark or variable.
 */
export function killLeftovers(submissionId: string, leader: ProcessId | undefined): void {
  if (leader !== undefined && leader.pid !== process.pid && isRunning(leader)) sendGroupSignal(leader.pid, "SIGKILL");
  if (process.platform !== "linux") return;
  const killed = new Set<number>();
  for (let round = 0; round < maxRounds; round++) {
    const found = findProcesses(submissionId).filter((pid) => !killed.has(pid));
    if (found.length === 0) return;
    for (const pid of found) {
      sendSignal(pid, "SIGKILL");
      killed.add(pid);
    }
  }
}

/** Sends a signal to one process, if it still runs. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process ended meanwhile.
  }
}

/** Sends a signal to a process group; false if the group has no members. */
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

function findProcesses(submissionId: string): readonly number[] {
  const mark = ` ${submissionMark(submissionId)} `;
  const variable = `\0${submissionVariable}=${submissionId}\0`;
  // One buffer for all reads: each process of the machine is checked at the end of each job.
  const buffer = Buffer.allocUnsafe(64 * 1024);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter(
      (pid) =>
        readText(`/proc/${pid}/limits`, buffer).includes(mark) ||
        `\0${readText(`/proc/${pid}/environ`, buffer)}`.includes(variable),
    )
    .map(Number);
}

/** Reads a file through the buffer; "" if the file cannot be read. */
function readText(file: string, buffer: Buffer): string {
  try {
    const descriptor = openSync(file, "r");
    try {
      const size = readSync(descriptor, buffer);
      return size < buffer.length ? buffer.toString("latin1", 0, size) : readFileSync(file, "latin1");
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return "";
  }
}
