// How far a job is, as its folder tells at any time, and the service's say in how it ends.
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { defined } from "../../../lib/defined.ts";
import { identify, isRunning, killSubmission, type ProcessId } from "../process/processes.ts";
import { claimStart, type Exit, isErrno, jobFiles, type Started, writeAtomic } from "./job-files.ts";
import type { JobFolder } from "./job-folder.ts";
import { exists, readJson } from "./read-json.ts";

/** A `started` without content: its writer was killed between making and filling it, unless it is at it this very moment. */
const unfinishedStartMs = 10_000;

const processSchema = z.object({
  pid: z.int().check(z.positive()),
  start_time: z.string(),
}) satisfies z.ZodMiniType<ProcessId>;
const startedSchema = z.extend(processSchema, {
  started_at: z.exactOptional(z.string()),
}) satisfies z.ZodMiniType<Started>;
const exitSchema = z.object({
  token: z.exactOptional(z.string()),
  status: z.enum(["Completed", "Failed", "Canceled"]),
  finished_at: z.string(),
  error: z.exactOptional(z.object({ code: z.string(), message: z.string() })),
  log_error: z.exactOptional(z.string()),
}) satisfies z.ZodMiniType<Exit>;

export interface JobState {
  readonly started: Started | undefined;
  readonly exit: Exit | undefined;
  /** Nothing more will change. */
  readonly shipped: Exit | undefined;
  readonly cancelRequested: boolean;
}

export async function readState(folder: JobFolder): Promise<JobState> {
  const { path } = folder;
  const shipped = await readOutcome(folder, jobFiles.shipped);
  if (shipped !== undefined)
    return {
      started: await readJson(startedSchema, join(path, jobFiles.started)),
      exit: shipped,
      shipped,
      cancelRequested: false,
    };
  const [started, exit, cancelRequested] = await Promise.all([
    readJson(startedSchema, join(path, jobFiles.started)),
    readOutcome(folder, jobFiles.exit),
    exists(join(path, jobFiles.cancel)),
  ]);
  return { started, exit, shipped, cancelRequested };
}

/** Reads an outcome. Without the token of the job's spec it is ignored: a job that writes such a file itself has not ended. */
async function readOutcome({ path, spec }: JobFolder, file: string): Promise<Exit | undefined> {
  const exit = await readJson(exitSchema, join(path, file));
  return exit?.token === spec.token ? exit : undefined;
}

/** Writes down how a job ended. */
export function writeOutcome({ path, spec }: JobFolder, exit: Exit): void {
  writeAtomic(path, jobFiles.exit, JSON.stringify({ ...exit, ...defined({ token: spec.token }) }));
}

/** The process that leads the command's group; undefined before there is one. */
export function readLeader({ path }: JobFolder): Promise<ProcessId | undefined> {
  return readJson(processSchema, join(path, jobFiles.leader));
}

/** Asks the supervisor, running or to come, to end the job. */
export async function requestCancel({ path }: JobFolder): Promise<void> {
  const file = await open(join(path, jobFiles.cancel), "a", 0o600);
  await file.close();
}

/** Decides the outcome of a job whose command has not begun; false when a supervisor was first. */
export function endUnstartedJob(folder: JobFolder, exit: Exit): boolean {
  if (!claimStart(folder.path, identify(process.pid))) return false;
  writeOutcome(folder, exit);
  return true;
}

/**
 * Ends a job whose supervisor is gone without a word: whatever it left running is killed first, then the outcome is
 * written. Does nothing while the supervisor lives or when it said how it ended.
 */
export async function endLostJob(folder: JobFolder, now: Date): Promise<void> {
  const { started } = await readState(folder);
  if (started === undefined ? !(await isUnfinishedStart(folder, now)) : isRunning(started)) return;
  // Asked again, because the supervisor may have ended its work between the two looks.
  const { exit, cancelRequested } = await readState(folder);
  if (exit !== undefined) return;
  killSubmission(folder.spec.submission_id, await readLeader(folder));
  const finished_at = now.toISOString();
  const message =
    "The process that watches the command ended before the command did: it was killed, or the machine was started again.";
  const lost: Exit = cancelRequested
    ? { status: "Canceled", finished_at }
    : { status: "Failed", finished_at, error: { code: "supervisor_lost", message } };
  writeOutcome(folder, lost);
}

async function isUnfinishedStart({ path }: JobFolder, now: Date): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(join(path, jobFiles.started));
    return now.getTime() - mtimeMs > unfinishedStartMs;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
}
