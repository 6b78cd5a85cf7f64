/**
 * Runs one job's command and writes down how it ended: `node supervisor.ts FOLDER`. It outlives the service, so it is a
 * program of its own that needs no package, no storage and no network.
 */
import type { ChildProcess } from "node:child_process";
import { existsSync, fstatSync, openSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { defined } from "../../../lib/defined.ts";
import { claimStart, type Exit, type JobSpec, jobFiles, writeAtomic } from "../folder/job-files.ts";
import { identify, killSubmission, sendGroupSignal } from "./processes.ts";
import { startCommand, startProblem } from "./start-command.ts";

const lookMs = 100;
/** Interval of the beats that show that the supervisor runs, and of attempts to write on a full disk. */
const beatMs = 1_000;
/** From SIGTERM to SIGKILL. */
const graceMs = 5_000;

type Reason = "canceled" | "timed_out" | "interrupted" | "log_too_large" | "folder_removed";

/** How the command ended: its exit code, its signal, or why it could not start. */
type End = { readonly code: number } | { readonly signal: string } | { readonly error: Error };

function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ error }));
    child.once("exit", (code, signal) => resolve(code === null ? { signal: signal ?? "unknown" } : { code }));
  });
}

function outcome(end: End, reason: Reason | undefined, spec: JobSpec): Omit<Exit, "finished_at"> {
  if ("error" in end) return failed("command_not_started", startProblem(end.error, spec));
  switch (reason) {
    case "canceled":
      return { status: "Canceled" };
    case "timed_out":
      return failed(
        "timed_out",
        `The command ran longer than limits.timeout, ${spec.timeout_seconds} seconds, and was ended.`,
      );
    case "interrupted":
      return failed(
        "interrupted",
        "The process that watches the command was told to end (SIGTERM), so the command was ended.",
      );
    case "folder_removed":
      return failed("folder_removed", "The folder of the job was removed, so the command was ended.");
    case "log_too_large":
      return failed(
        "log_too_large",
        `The command wrote more than ${spec.max_log_bytes} bytes to its output, and was ended before the disk was full.`,
      );
    case undefined:
      if ("signal" in end) return failed("command_failed", `The command was ended by signal ${end.signal}.`);
      return end.code === 0
        ? { status: "Completed" }
        : failed("command_failed", `The command exited with code ${end.code}.`);
  }
}

function failed(code: string, message: string): Omit<Exit, "finished_at"> {
  return { status: "Failed", error: { code, message } };
}

/** Ends a process group: SIGTERM, and SIGKILL for those that are still there after the grace. */
async function endGroup(pid: number): Promise<void> {
  sendGroupSignal(pid, "SIGTERM");
  const deadline = performance.now() + graceMs;
  while (performance.now() < deadline && sendGroupSignal(pid, 0))
    await new Promise((resolve) => setTimeout(resolve, 50));
  sendGroupSignal(pid, "SIGKILL");
}

async function run(folder: string, spec: JobSpec): Promise<Omit<Exit, "finished_at">> {
  const cancelFile = join(folder, jobFiles.cancel);
  if (existsSync(cancelFile)) return { status: "Canceled" };

  // Kept open, so that its size can be read after its name is gone.
  const log = openSync(join(folder, jobFiles.log), "a", 0o600);
  const child = startCommand(folder, spec, log);
  if (child instanceof Error) return outcome({ error: child }, undefined, spec);
  const ended = endOf(child);
  const { pid } = child;
  if (pid === undefined) return outcome(await ended, undefined, spec);
  writeAtomic(folder, jobFiles.leader, JSON.stringify(identify(pid)));

  let reason: Reason | undefined;
  let ending: Promise<void> = Promise.resolve();
  const end = (because: Reason) => {
    if (reason !== undefined) return;
    reason = because;
    ending = endGroup(pid);
  };
  process.on("SIGTERM", () => end("interrupted"));
  // Not a timer of its own: the longest that one can be is 24 days.
  const deadline =
    spec.timeout_seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + spec.timeout_seconds * 1_000;
  const watch = setInterval(() => {
    if (existsSync(cancelFile)) end("canceled");
    if (performance.now() >= deadline) end("timed_out");
    if (fstatSync(log).size > spec.max_log_bytes) end("log_too_large");
    if (!existsSync(folder)) end("folder_removed");
  }, lookMs);
  const gateEnd = child.stdio[3] as Writable;
  // A command that was ended before it read its line closes the pipe; its exit says all there is to say.
  gateEnd.on("error", () => undefined);
  gateEnd.end("\n");

  const result = await ended;
  const decided = reason;
  await ending;
  clearInterval(watch);
  // What the command left in the background would go on writing into a log that is said to be complete.
  sendGroupSignal(pid, "SIGKILL");
  killSubmission(spec.submission_id, undefined);
  return outcome(result, decided, spec);
}

/** Updates the time of `started`, which shows the service that this process neither is stopped nor hangs. */
function beat(folder: string): void {
  try {
    const now = new Date();
    utimesSync(join(folder, jobFiles.started), now, now);
  } catch {
    // The folder is gone, which the watch detects.
  }
}

/** Repeats a write until it succeeds, for example while the disk is full; undefined once the folder is gone. */
async function retryUntilWritten<T>(folder: string, write: () => T): Promise<T | undefined> {
  for (let failures = 0; existsSync(folder); failures++) {
    try {
      return write();
    } catch (error) {
      if (failures === 0) console.error(error);
      await new Promise((resolve) => setTimeout(resolve, beatMs));
    }
  }
  return undefined;
}

async function main(folder: string): Promise<void> {
  const spec = JSON.parse(readFileSync(join(folder, jobFiles.spec), "utf8")) as JobSpec;
  process.on("SIGHUP", () => undefined);
  const isFirst = await retryUntilWritten(folder, () =>
    claimStart(folder, { ...identify(process.pid), started_at: new Date().toISOString() }),
  );
  if (isFirst !== true) return;
  const beats = setInterval(() => beat(folder), beatMs);
  const ended = await run(folder, spec);
  const exit: Exit = {
    ...ended,
    finished_at: new Date().toISOString(),
    ...defined({ token: spec.token }),
  };
  await retryUntilWritten(folder, () => writeAtomic(folder, jobFiles.exit, JSON.stringify(exit)));
  clearInterval(beats);
}

const [, , folder] = process.argv;
if (folder === undefined) throw new Error("Usage: supervisor FOLDER");
// Not awaited at the top level: the bundle is CommonJS, which has no such thing.
main(folder).catch((error: unknown) => {
  console.error(error);
  // At once: a process that went on with its beats would hide the failure, and its command waits at the gate.
  process.exit(1);
});
