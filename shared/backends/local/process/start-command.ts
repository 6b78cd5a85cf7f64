// How a supervisor starts a job's command. Part of the supervisor: it imports nothing but Node.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isErrno, type JobSpec, jobFiles, runPath } from "../folder/job-files.ts";
import { submissionMark } from "./processes.ts";

/**
 * The command waits until its process is written down: were the supervisor killed between the two, nobody could find the
 * command. When the supervisor goes first the pipe ends and nothing is run. A bash before 5.1 cannot set the mark.
 */
const wait = (mark: number) => `IFS= read -r -u 3 || exit 125; exec 3<&-; ulimit -R ${mark} 2>/dev/null; `;
const runArgument = 'exec "$BASH" -c "$0"';
/** The same for a command that is no argument: here bash reads it from a file. */
const runFile = 'IFS= read -r -d "" -u 4 JOBGATE_COMMAND; exec 4<&-; eval "unset JOBGATE_COMMAND; $JOBGATE_COMMAND"';

/** Linux takes 131,072 bytes in one argument, Windows 32,767 characters in all. */
const longestArgument = process.platform === "win32" ? 16_000 : 120_000;

/** Starts the command behind its gate, which a line on the fourth of its files opens. */
export function startCommand(folder: string, spec: JobSpec, log: number): ChildProcess | Error {
  try {
    if (spec.command.includes("\0")) throw new Error("it contains a NUL character, which no program can be given");
    if (Buffer.byteLength(spec.command) > longestArgument) return startFromFile(folder, spec, log);
    try {
      return spawn(
        spec.bash,
        ["-c", wait(submissionMark(spec.submission_id)) + runArgument, spec.command],
        options(folder, spec, log),
      );
    } catch (error) {
      if (!isErrno(error, "E2BIG")) throw error;
      return startFromFile(folder, spec, log);
    }
  } catch (error) {
    // What Node itself refuses is thrown, as some errors of the system are; others are an event of the child.
    return error instanceof Error ? error : new Error(String(error));
  }
}

function startFromFile(folder: string, spec: JobSpec, log: number): ChildProcess {
  const path = join(folder, jobFiles.command);
  writeFileSync(path, spec.command, { mode: 0o600 });
  const file = openSync(path, "r");
  try {
    const given = options(folder, spec, log);
    // $0 is what it is with -c.
    return spawn(spec.bash, ["-c", wait(submissionMark(spec.submission_id)) + runFile, spec.bash], {
      ...given,
      stdio: ["ignore", log, log, "pipe", file],
    });
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}

function options(folder: string, spec: JobSpec, log: number): SpawnOptions {
  return {
    cwd: join(runPath(folder, spec), jobFiles.work),
    // The supervisor's own environment is the machine's part.
    env: { ...process.env, ...spec.environment },
    stdio: ["ignore", log, log, "pipe"],
    detached: true,
    windowsHide: true,
  };
}

/** Why a command could not be started, for people. */
export function startProblem(error: Error, { environment }: JobSpec): string {
  if (isErrno(error, "E2BIG")) {
    const bytes = Object.entries(environment).reduce(
      (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value) + 2,
      0,
    );
    return `The command could not be started: its environment variables have ${bytes} bytes, more than this system gives to a program. Put large values into a file.`;
  }
  if (isErrno(error, "ENOSPC")) return "The command could not be started: the disk is full.";
  return `The command could not be started: ${error.message}`;
}
