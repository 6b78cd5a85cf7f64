/**
 * Runs the command of one job and writes its outcome: `node supervisor.ts FOLDER`. It keeps running when the service
 * stops, so it is a separate program that uses no package, storage or network.
 */
import type { ChildProcess } from "node:child_process";
import { existsSync, fstatSync, openSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { defined } from "../../../lib/defined.ts";
import { claimStart } from "../folder/claim-start.ts";
import { type Exit, jobFiles } from "../folder/job-files.ts";
import type { JobSpec } from "../folder/job-spec.ts";
import { writeAtomic } from "../folder/write-atomic.ts";
import { killLeftovers, sendGroupSignal } from "./kill-leftovers.ts";
import { identifyProcess } from "./process-id.ts";
import { startCommand, startFailureMessage } from "./start-command.ts";

const checkMs = 100;
/** Interval of heartbeats, and of attempts to write on a full disk. */
const heartbeatMs = 1_000;
/** Time between SIGTERM and SIGKILL. */
const graceMs = 5_000;

/** Reason for which the supervisor ended the command. */
type EndReason = "canceled" | "timed_out" | "interrupted" | "log_too_large" | "folder_removed";

/** Exit of the command: its exit code, its signal, or the error that prevented its start. */
type CommandResult = { readonly code: number } | { readonly signal: string } | { readonly error: Error };

type Outcome = Omit<Exit, "finished_at">;

function waitForExit(child: ChildProcess): Promise<CommandResult> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ error }));
    child.once("exit", (code, signal) => resolve(code === null ? { signal: signal ?? "unknown" } : { code }));
  });
}

function outcomeOf(result: CommandResult, reason: EndReason | undefined, spec: JobSpec): Outcome {
  if ("error" in result) return failed("command_not_started", startFailureMessage(result.error, spec));
  if (reason === "canceled") return { status: "Canceled" };
  if (reason !== undefined) return failed(reason, endMessages[reason](spec));
  if ("signal" in result) return failed("command_failed", `The command was ended by signal ${result.signal}.`);
  if (result.code === 0) return { status: "Completed" };
  return failed("command_failed", `The command exited with code ${result.code}.`);
}

const endMessages: Readonly<Record<Exclude<EndReason, "canceled">, (spec: JobSpec) => string>> = {
  timed_out: ({ timeout_seconds }) =>
    `The command ran longer than limits.timeout, ${timeout_seconds} seconds, and was ended.`,
  interrupted: () =>
    "The supervisor process received SIGTERM, for example at a shutdown of the machine, so the command was ended.",
  log_too_large: ({ max_log_bytes }) =>
    `The command wrote more than ${max_log_bytes} bytes to its output, and was ended before the disk was full.`,
  folder_removed: () => "The folder of the job was removed, so the command was ended.",
};

function failed(code: string, message: string): Outcome {
  return { status: "Failed", error: { code, message } };
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Ends a process group: SIGTERM, then SIGKILL after the grace period. */
async function endGroup(pid: number): Promise<void> {
  sendGroupSignal(pid, "SIGTERM");
  const deadline = performance.now() + graceMs;
  while (performance.now() < deadline && sendGroupSignal(pid, 0)) await sleep(50);
  sendGroupSignal(pid, "SIGKILL");
}

async function run(folder: string, spec: JobSpec): Promise<Outcome> {
  if (existsSync(join(folder, jobFiles.cancel))) return { status: "Canceled" };
  // Kept open, so that its size can be read after the job has removed its name.
  const log = openSync(join(folder, jobFiles.log), "a", 0o600);
  let child: ChildProcess;
  try {
    child = startCommand(folder, spec, log);
  } catch (error) {
    return outcomeOf({ error: error instanceof Error ? error : new Error(String(error)) }, undefined, spec);
  }
  const exited = waitForExit(child);
  if (child.pid === undefined) return outcomeOf(await exited, undefined, spec);
  writeAtomic(folder, jobFiles.leader, JSON.stringify(identifyProcess(child.pid)));

  const limits = watchLimits(folder, spec, log, child.pid);
  releaseCommand(child);
  const result = await exited;
  const reason = await limits.stop();
  // Background processes would continue to write to the completed log.
  sendGroupSignal(child.pid, "SIGKILL");
  killLeftovers(spec.submission_id, undefined);
  return outcomeOf(result, reason, spec);
}

/** Writes the line that the start script of the command waits for. */
function releaseCommand(child: ChildProcess): void {
  const startPipe = child.stdio[3] as Writable;
  // A command that is ended before it reads the line closes the pipe. Its exit is reported anyway.
  startPipe.on("error", () => undefined);
  startPipe.end("\n");
}

/** Ends the command for any reason of EndReason. `stop` returns the reason, if any, once the processes are ended. */
function watchLimits(
  folder: string,
  spec: JobSpec,
  log: number,
  pid: number,
): { stop(): Promise<EndReason | undefined> } {
  const cancelFile = join(folder, jobFiles.cancel);
  let reason: EndReason | undefined;
  let ending: Promise<void> = Promise.resolve();
  const end = (newReason: EndReason) => {
    if (reason !== undefined) return;
    reason = newReason;
    ending = endGroup(pid);
  };
  process.on("SIGTERM", () => end("interrupted"));
  // Compared at each check, because a timer cannot be longer than 24 days.
  const deadline =
    spec.timeout_seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + spec.timeout_seconds * 1_000;
  const checks = setInterval(() => {
    if (existsSync(cancelFile)) end("canceled");
    if (performance.now() >= deadline) end("timed_out");
    if (fstatSync(log).size > spec.max_log_bytes) end("log_too_large");
    if (!existsSync(folder)) end("folder_removed");
  }, checkMs);
  return {
    async stop() {
      const finalReason = reason;
      await ending;
      clearInterval(checks);
      return finalReason;
    },
  };
}

/** Updates the modification time of `started`. @see createSupervisorWatchdog */
function sendHeartbeat(folder: string): void {
  try {
    const now = new Date();
    utimesSync(join(folder, jobFiles.started), now, now);
  } catch {
    // The folder was removed, which watchLimits detects.
  }
}

/** Repeats a write until it succeeds, for example while the disk is full; undefined if the folder was removed. */
async function retryUntilWritten<T>(folder: string, write: () => T): Promise<T | undefined> {
  for (let failures = 0; existsSync(folder); failures++) {
    try {
      return write();
    } catch (error) {
      if (failures === 0) console.error(error);
      await sleep(heartbeatMs);
    }
  }
  return undefined;
}

async function main(folder: string): Promise<void> {
  const spec = JSON.parse(readFileSync(join(folder, jobFiles.spec), "utf8")) as JobSpec;
  process.on("SIGHUP", () => undefined);
  const isFirst = await retryUntilWritten(folder, () =>
    claimStart(folder, { ...identifyProcess(process.pid), started_at: new Date().toISOString() }),
  );
  if (isFirst !== true) return;
  const heartbeats = setInterval(() => sendHeartbeat(folder), heartbeatMs);
  const outcome = await run(folder, spec);
  const exit: Exit = { ...outcome, finished_at: new Date().toISOString(), ...defined({ token: spec.token }) };
  await retryUntilWritten(folder, () => writeAtomic(folder, jobFiles.exit, JSON.stringify(exit)));
  clearInterval(heartbeats);
}

const [, , folder] = process.argv;
if (folder === undefined) throw new Error("Usage: supervisor FOLDER");
// No top-level await, which the CommonJS bundle does not support.
main(folder).catch((error: unknown) => {
  console.error(error);
  // Exits at once, because further heartbeats would hide the failure while the command waits for its line.
  process.exit(1);
});
