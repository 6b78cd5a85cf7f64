// Bundled into the supervisor too, so it imports only Node.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isErrno } from "../../../lib/is-errno.ts";
import { jobFiles } from "../folder/job-files.ts";
import { type JobSpec, runPath } from "../folder/job-spec.ts";
import { submissionMark } from "./kill-leftovers.ts";

/**
 * Script that waits for a line on descriptor 3 before the command starts, so that the supervisor can write
 * `leader.json` first. If the supervisor is killed before, the pipe ends and the command is not run. A bash before 5.1
 * cannot set the mark.
 */
const waitScript = (mark: number) => `IFS= read -r -u 3 || exit 125; exec 3<&-; ulimit -R ${mark} 2>/dev/null; `;
/** Script that runs a command from its argument. */
const runArgument = 'exec "$BASH" -c "$0"';
/** Script that runs a command from descriptor 4, with the same result. */
const runFile = 'IFS= read -r -d "" -u 4 JOBGATE_COMMAND; exec 4<&-; eval "unset JOBGATE_COMMAND; $JOBGATE_COMMAND"';

/** Linux accepts 131,072 bytes in one argument, Windows 32,767 characters in all arguments. */
const maxArgumentBytes = process.platform === "win32" ? 16_000 : 120_000;

/**
 * Starts the command of a job, which waits until a line is written to descriptor 3 of the child.
 * @throws Error if Node or the system rejects it. Some rejections are an `error` event of the child instead.
 */
export function startCommand(folder: string, spec: JobSpec, log: number): ChildProcess {
  if (spec.command.includes("\0")) throw new Error("it contains a NUL character, which no argument can contain");
  if (Buffer.byteLength(spec.command) > maxArgumentBytes) return startFromFile(folder, spec, log);
  try {
    const script = waitScript(submissionMark(spec.submission_id)) + runArgument;
    return spawn(spec.bash, ["-c", script, spec.command], spawnOptions(folder, spec, log));
  } catch (error) {
    if (!isErrno(error, "E2BIG")) throw error;
    return startFromFile(folder, spec, log);
  }
}

function startFromFile(folder: string, spec: JobSpec, log: number): ChildProcess {
  const path = join(folder, jobFiles.command);
  writeFileSync(path, spec.command, { mode: 0o600 });
  const file = openSync(path, "r");
  try {
    const script = waitScript(submissionMark(spec.submission_id)) + runFile;
    // The last argument is $0, as with an argument.
    return spawn(spec.bash, ["-c", script, spec.bash], {
      ...spawnOptions(folder, spec, log),
      stdio: ["ignore", log, log, "pipe", file],
    });
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}

function spawnOptions(folder: string, spec: JobSpec, log: number): SpawnOptions {
  return {
    cwd: join(runPath(folder, spec), jobFiles.work),
    // The environment of the supervisor is that of the machine. @see machineEnvironment
    env: { ...process.env, ...spec.environment },
    stdio: ["ignore", log, log, "pipe"],
    detached: true,
    windowsHide: true,
  };
}

/** Message for an error of startCommand or of its child. */
export function startFailureMessage(error: Error, { environment }: JobSpec): string {
  if (isErrno(error, "E2BIG")) {
    const bytes = Object.entries(environment).reduce(
      (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value) + 2,
      0,
    );
    return (
      `The command could not be started: its environment variables have ${bytes} bytes, more than the system ` +
      "accepts. Put large values into a file."
    );
  }
  if (isErrno(error, "ENOSPC")) return "The command could not be started: the disk is full.";
  return `The command could not be started: ${error.message}`;
}
