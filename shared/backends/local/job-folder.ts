// The service's side of a job's folder: made whole or not at all, read at any time, never trusted to be complete.
import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { claimStart, type Exit, isErrno, type JobSpec, jobFiles, type Started, writeWhole } from "./job-files.ts";
import { identify, isRunning, killSubmission, type ProcessId } from "./processes.ts";

const jobName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/;
/** No job has a name that begins with a dot. */
const staging = ".staging";
/** A `started` without content: its writer was killed between making and filling it, unless it is at it this very moment. */
const unfinishedStartMs = 10_000;

const specSchema = z.strictObject({
  schema_version: z.literal(1),
  name: z.string(),
  submission_id: z.string(),
  created_at: z.string(),
  command: z.string(),
  bash: z.string(),
  environment: z.record(z.string(), z.string()),
  timeout_seconds: z.exactOptional(z.number()),
  max_log_bytes: z.number(),
  downloads: z.array(z.strictObject({ input: z.string(), url: z.string(), file: z.string() })),
  outputs: z.array(z.string()),
  bundle: z.exactOptional(
    z.strictObject({
      sha256: z.string(),
      code: z.exactOptional(z.string()),
      inputs: z.array(z.strictObject({ input: z.string(), path: z.string(), file: z.exactOptional(z.string()) })),
    }),
  ),
}) satisfies z.ZodMiniType<JobSpec>;
const processSchema = z.object({ pid: z.int().check(z.positive()), start_time: z.string() }) satisfies z.ZodMiniType<ProcessId>;
const startedSchema = z.extend(processSchema, { started_at: z.exactOptional(z.string()) }) satisfies z.ZodMiniType<Started>;
const exitSchema = z.object({
  status: z.enum(["Completed", "Failed", "Canceled"]),
  finished_at: z.string(),
  error: z.exactOptional(z.object({ code: z.string(), message: z.string() })),
}) satisfies z.ZodMiniType<Exit>;

export interface JobState {
  readonly started: Started | undefined;
  readonly exit: Exit | undefined;
  /** Nothing more will change. */
  readonly shipped: Exit | undefined;
  readonly cancelRequested: boolean;
}

/** A job's folder and what stands in it. */
export interface JobFolder {
  readonly path: string;
  readonly spec: JobSpec;
}

/** Where the folder of a job is. @throws Error for a name that is no job's name, which could lead elsewhere. */
export function folderPath(directory: string, name: string): string {
  if (!jobName.test(name)) throw new Error(`${JSON.stringify(name)} is not the name of a job; expected ${jobName.source}.`);
  return join(directory, name);
}

/** The folder of a job; undefined when there is none. Where a file system tells no case apart, `Iris` does not find the folder of `iris`. */
export async function openJobFolder(directory: string, name: string): Promise<JobFolder | undefined> {
  const path = folderPath(directory, name);
  const spec = await readAs(specSchema, join(path, jobFiles.spec));
  return spec === undefined ? undefined : { path, spec };
}

/** Every job in the folder that is not over, oldest first. */
export async function listOpenJobFolders(directory: string): Promise<readonly JobFolder[]> {
  const folders: JobFolder[] = [];
  for (const name of (await readdir(directory)).filter((entry) => jobName.test(entry))) {
    if (await exists(join(directory, name, jobFiles.shipped))) continue;
    const folder = await openJobFolder(directory, name);
    if (folder !== undefined) folders.push(folder);
  }
  return folders.sort((a, b) => a.spec.created_at.localeCompare(b.spec.created_at));
}

/** Makes the folder with all that it needs, at once; false when there is one of that name already. */
export async function createJobFolder(directory: string, spec: JobSpec, header: string): Promise<boolean> {
  const path = folderPath(directory, spec.name);
  const draft = join(directory, staging, randomUUID());
  try {
    const folders = [
      jobFiles.work,
      ...spec.downloads.map(({ input }) => join(jobFiles.inputs, input)),
      ...spec.outputs.map((output) => join(jobFiles.outputs, output)),
    ];
    for (const folder of folders) await mkdir(join(draft, folder), { recursive: true, mode: 0o700 });
    writeWhole(draft, jobFiles.spec, JSON.stringify(spec));
    writeWhole(draft, jobFiles.log, header);
    await rename(draft, path);
    return true;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // A folder that is there and not empty cannot be replaced: EPERM on Windows, else one of the others.
    if (isErrno(error, "ENOTEMPTY", "EEXIST") || (isErrno(error, "EPERM") && (await exists(path)))) return false;
    throw error;
  }
}

/** Removes the folder; what a crash leaves behind lies in the staging folder, where nobody looks for jobs. */
export async function removeJobFolder(directory: string, { path }: JobFolder): Promise<void> {
  const trash = join(directory, staging, randomUUID());
  await mkdir(join(directory, staging), { recursive: true, mode: 0o700 });
  await rename(path, trash);
  await rm(trash, { recursive: true, force: true });
}

/** Removes what a crash left behind more than `ageMs` ago. */
export async function sweepStaging(directory: string, now: Date, ageMs: number): Promise<void> {
  const path = join(directory, staging);
  if (!(await exists(path))) return;
  for (const name of await readdir(path)) {
    const { mtimeMs } = await stat(join(path, name));
    if (now.getTime() - mtimeMs > ageMs) await rm(join(path, name), { recursive: true, force: true });
  }
}

export async function readState({ path }: JobFolder): Promise<JobState> {
  const shipped = await readAs(exitSchema, join(path, jobFiles.shipped));
  if (shipped !== undefined) return { started: await readAs(startedSchema, join(path, jobFiles.started)), exit: shipped, shipped, cancelRequested: false };
  const [started, exit, cancelRequested] = await Promise.all([
    readAs(startedSchema, join(path, jobFiles.started)),
    readAs(exitSchema, join(path, jobFiles.exit)),
    exists(join(path, jobFiles.cancel)),
  ]);
  return { started, exit, shipped, cancelRequested };
}

/** Asks the supervisor, running or to come, to end the job. */
export async function requestCancel({ path }: JobFolder): Promise<void> {
  const file = await open(join(path, jobFiles.cancel), "a", 0o600);
  await file.close();
}

/** Decides the outcome of a job whose command has not begun; false when a supervisor was first. */
export function endUnstarted({ path }: JobFolder, exit: Exit): boolean {
  if (!claimStart(path, identify(process.pid))) return false;
  writeWhole(path, jobFiles.exit, JSON.stringify(exit));
  return true;
}

/**
 * Ends a job whose supervisor is gone without a word: whatever it left running is killed first, then the outcome is
 * written. Does nothing while the supervisor lives or when it said how it ended.
 */
export async function endLost(folder: JobFolder, now: Date): Promise<void> {
  const { started } = await readState(folder);
  if (started === undefined ? !(await isUnfinishedStart(folder, now)) : isRunning(started)) return;
  // Asked again, because the supervisor may have ended its work between the two looks.
  const { exit, cancelRequested } = await readState(folder);
  if (exit !== undefined) return;
  killSubmission(folder.spec.submission_id, await readAs(processSchema, join(folder.path, jobFiles.leader)));
  const finished_at = now.toISOString();
  const message = "The process that watches the command ended before the command did: it was killed, or the machine was started again.";
  const lost: Exit = cancelRequested ? { status: "Canceled", finished_at } : { status: "Failed", finished_at, error: { code: "supervisor_lost", message } };
  writeWhole(folder.path, jobFiles.exit, JSON.stringify(lost));
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

/** A file's content when it is there and whole; else undefined. */
async function readAs<T>(schema: z.ZodMiniType<T>, file: string): Promise<T | undefined> {
  try {
    return schema.safeParse(JSON.parse(await readFile(file, "utf8"))).data;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
}
