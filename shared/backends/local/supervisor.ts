/**
 * Runs one job's command and writes down how it ended: `node supervisor.ts FOLDER`. It outlives the service, so it is a
 * program of its own that needs no package, no storage and no network.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { claimStart, type Exit, type JobSpec, jobFiles, writeWhole } from "./job-files.ts";
import { identify, killSubmission, signalGroup } from "./processes.ts";

const lookMs = 100;
/** From SIGTERM to SIGKILL. */
const graceMs = 5_000;

type Reason = "canceled" | "timed_out" | "interrupted" | "log_too_large";

/**
 * The command waits until its process is written down: were the supervisor killed between the two, nobody could find the
 * command. When the supervisor goes first the pipe ends and nothing is run.
 */
const gate = 'IFS= read -r -u 3 || exit 125; exec 3<&-; exec "$BASH" -c "$0"';

function startCommand(folder: string, spec: JobSpec): ChildProcess | Error {
  const log = openSync(join(folder, jobFiles.log), "a", 0o600);
  try {
    return spawn(spec.bash, ["-c", gate, spec.command], {
      cwd: join(folder, jobFiles.work),
      env: { ...spec.environment },
      stdio: ["ignore", log, log, "pipe"],
      detached: true,
      windowsHide: true,
    });
  } catch (error) {
    // A NUL in a variable or in the command is an error of spawn itself; what the system refuses is an event of the child.
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** How the command ended: its exit code, its signal, or why it could not start. */
type End = { readonly code: number } | { readonly signal: string } | { readonly error: Error };

function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ error }));
    child.once("exit", (code, signal) => resolve(code === null ? { signal: signal ?? "unknown" } : { code }));
  });
}

function outcome(end: End, reason: Reason | undefined, spec: JobSpec): Omit<Exit, "finished_at"> {
  if ("error" in end) return failed("command_not_started", `The command could not be started: ${end.error.message}`);
  switch (reason) {
    case "canceled":
      return { status: "Canceled" };
    case "timed_out":
      return failed("timed_out", `The command ran longer than limits.timeout, ${spec.timeout_seconds} seconds, and was ended.`);
    case "interrupted":
      return failed("interrupted", "The process that watches the command was told to end (SIGTERM), so the command was ended.");
    case "log_too_large":
      return failed("log_too_large", `The command wrote more than ${spec.max_log_bytes} bytes to its output, and was ended before the disk was full.`);
    case undefined:
      if ("signal" in end) return failed("command_failed", `The command was ended by signal ${end.signal}.`);
      return end.code === 0 ? { status: "Completed" } : failed("command_failed", `The command exited with code ${end.code}.`);
  }
}

function failed(code: string, message: string): Omit<Exit, "finished_at"> {
  return { status: "Failed", error: { code, message } };
}

/** Ends a process group: SIGTERM, and SIGKILL for those that are still there after the grace. */
async function endGroup(pid: number): Promise<void> {
  signalGroup(pid, "SIGTERM");
  const deadline = performance.now() + graceMs;
  while (performance.now() < deadline && signalGroup(pid, 0)) await new Promise((resolve) => setTimeout(resolve, 50));
  signalGroup(pid, "SIGKILL");
}

async function run(folder: string, spec: JobSpec): Promise<Omit<Exit, "finished_at">> {
  const cancelFile = join(folder, jobFiles.cancel);
  const logFile = join(folder, jobFiles.log);
  if (existsSync(cancelFile)) return { status: "Canceled" };

  const child = startCommand(folder, spec);
  if (child instanceof Error) return outcome({ error: child }, undefined, spec);
  const ended = endOf(child);
  const { pid } = child;
  if (pid === undefined) return outcome(await ended, undefined, spec);
  writeWhole(folder, jobFiles.leader, JSON.stringify(identify(pid)));

  let reason: Reason | undefined;
  let ending: Promise<void> = Promise.resolve();
  const end = (because: Reason) => {
    if (reason !== undefined) return;
    reason = because;
    ending = endGroup(pid);
  };
  process.on("SIGTERM", () => end("interrupted"));
  // Not a timer of its own: the longest that one can be is 24 days.
  const deadline = spec.timeout_seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + spec.timeout_seconds * 1_000;
  const watch = setInterval(() => {
    if (existsSync(cancelFile)) end("canceled");
    if (performance.now() >= deadline) end("timed_out");
    if (statSync(logFile).size > spec.max_log_bytes) end("log_too_large");
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
  signalGroup(pid, "SIGKILL");
  killSubmission(spec.submission_id, undefined);
  return outcome(result, decided, spec);
}

async function main(folder: string): Promise<void> {
  const spec = JSON.parse(readFileSync(join(folder, jobFiles.spec), "utf8")) as JobSpec;
  process.on("SIGHUP", () => undefined);
  if (!claimStart(folder, { ...identify(process.pid), started_at: new Date().toISOString() })) return;
  const exit: Exit = { ...(await run(folder, spec)), finished_at: new Date().toISOString() };
  writeWhole(folder, jobFiles.exit, JSON.stringify(exit));
}

const [, , folder] = process.argv;
if (folder === undefined) throw new Error("Usage: supervisor FOLDER");
// Not awaited at the top level: the bundle is CommonJS, which has no such thing.
main(folder).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
