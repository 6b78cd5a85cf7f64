import { open } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { defined } from "../../../lib/defined.ts";
import { pathExists } from "../../../lib/path-exists.ts";
import { identifyProcess, type ProcessId } from "../process/process-id.ts";
import { claimStart } from "./claim-start.ts";
import { type Exit, jobFiles, type Started } from "./job-files.ts";
import type { JobFolder } from "./job-folder.ts";
import { readJson } from "./read-json.ts";
import { writeAtomic } from "./write-atomic.ts";

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

/** Progress of a job, read from its folder. */
export interface JobState {
  readonly started: Started | undefined;
  /** The outcome of the command. */
  readonly exit: Exit | undefined;
  /** The final outcome, once the log and the outputs are uploaded. It never changes. */
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
    pathExists(join(path, jobFiles.cancel)),
  ]);
  return { started, exit, shipped, cancelRequested };
}

/** Reads an outcome. An outcome without the token of the spec is ignored, because the job may have written it. */
async function readOutcome({ path, spec }: JobFolder, file: string): Promise<Exit | undefined> {
  const exit = await readJson(exitSchema, join(path, file));
  return exit?.token === spec.token ? exit : undefined;
}

/** Writes the outcome of a job. */
export function writeOutcome({ path, spec }: JobFolder, exit: Exit): void {
  writeAtomic(path, jobFiles.exit, JSON.stringify({ ...exit, ...defined({ token: spec.token }) }));
}

/** Reads the leader of the command's process group; undefined before it is started. */
export function readLeader({ path }: JobFolder): Promise<ProcessId | undefined> {
  return readJson(processSchema, join(path, jobFiles.leader));
}

/** Requests that the supervisor, now or when it starts, ends the job. */
export async function requestCancel({ path }: JobFolder): Promise<void> {
  const file = await open(join(path, jobFiles.cancel), "a", 0o600);
  await file.close();
}

/** Writes the outcome of a job whose command has not started; false if a supervisor has already started it. */
export function endUnstartedJob(folder: JobFolder, exit: Exit): boolean {
  if (!claimStart(folder.path, identifyProcess(process.pid))) return false;
  writeOutcome(folder, exit);
  return true;
}
