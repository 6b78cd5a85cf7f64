// The service's side of a job's folder: made whole or not at all.
import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { BackendRefusal } from "../../../core/ports/backend-port.ts";
import { defined } from "../../../lib/defined.ts";
import { isErrno, type JobSpec, jobFiles, reserveSpace, runPath, writeAtomic } from "./job-files.ts";
import { exists, readJson } from "./read-json.ts";
import { removeTree } from "./remove-tree.ts";

const jobName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/;
/** No job has a name that begins with a dot. */
const staging = ".staging";

const specSchema = z.strictObject({
  schema_version: z.union([z.literal(1), z.literal(2)]),
  run_folder: z.exactOptional(z.string().check(z.regex(/^\.run-[0-9a-f]+$/))),
  token: z.exactOptional(z.string()),
  name: z.string(),
  submission_id: z.string(),
  created_at: z.string(),
  fingerprint: z.exactOptional(z.string()),
  submitted_at: z.exactOptional(z.string()),
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

const ownerSchema = z.object({ submission_id: z.string(), submitted_at: z.string() });

/** More than any job that the service takes needs. An older version could write a spec of hundreds of megabytes. */
const maxSpecBytes = 8 * 1024 * 1024;

/** A job's folder and its spec. */
export interface JobFolder {
  /** The folder of the service and the supervisor: spec, state, log. */
  readonly path: string;
  /** The folder of the job's own files: working folder, inputs, outputs. Before schema version 2 both are one. */
  readonly runPath: string;
  readonly spec: JobSpec;
  /** The `submission_id` of the record that this job belongs to; that of the spec unless a later one has taken it over. */
  readonly owner: string;
  /** When that submission was committed, as far as it is known. */
  readonly submittedAt?: string;
}

/** Where the folder of a job is. @throws Error for a name that is no job's name, which could lead elsewhere. */
export function folderPath(directory: string, name: string): string {
  if (!jobName.test(name))
    throw new Error(`${JSON.stringify(name)} is not the name of a job; expected ${jobName.source}.`);
  return join(directory, name);
}

/** The folder of a job; undefined when there is none. Where a file system tells no case apart, `Iris` does not find the folder of `iris`. */
export async function openJobFolder(directory: string, name: string): Promise<JobFolder | undefined> {
  const path = folderPath(directory, name);
  const spec = await readJson(specSchema, join(path, jobFiles.spec), maxSpecBytes);
  if (spec === undefined) return undefined;
  const owner = await readJson(ownerSchema, join(path, jobFiles.owner));
  const submittedAt = owner?.submitted_at ?? spec.submitted_at;
  return {
    path,
    runPath: runPath(path, spec),
    spec,
    owner: owner?.submission_id ?? spec.submission_id,
    ...defined({ submittedAt }),
  };
}

/** Whether there is a folder of this name whose spec cannot be used. */
export async function isDamaged(directory: string, name: string): Promise<boolean> {
  return (
    (await exists(join(folderPath(directory, name), jobFiles.spec))) &&
    (await openJobFolder(directory, name)) === undefined
  );
}

/** Every job in the folder that is not over, or whose copies stay on disk for a while; oldest first. */
export async function listOpenJobFolders(
  directory: string,
  onError: (error: unknown, name: string) => void,
): Promise<readonly JobFolder[]> {
  const folders: JobFolder[] = [];
  for (const name of (await readdir(directory)).filter((entry) => jobName.test(entry))) {
    const path = join(directory, name);
    try {
      if ((await exists(join(path, jobFiles.shipped))) && !(await exists(join(path, jobFiles.unconfirmed)))) continue;
      const folder = await openJobFolder(directory, name);
      if (folder !== undefined) folders.push(folder);
    } catch (error) {
      // A folder that cannot be read must not stop the others.
      onError(error, name);
    }
  }
  return folders.sort((a, b) => a.spec.created_at.localeCompare(b.spec.created_at));
}

/** Makes the folder with all that it needs, at once; false when there is one of that name already. @throws BackendRefusal `job_too_large`. */
export async function createJobFolder(directory: string, spec: JobSpec, header: string): Promise<boolean> {
  const path = folderPath(directory, spec.name);
  const content = JSON.stringify(spec);
  if (Buffer.byteLength(content) > maxSpecBytes) {
    const message = `Job ${spec.name} has a command and variables of ${Buffer.byteLength(content)} bytes with its inputs in place; at most ${maxSpecBytes} can be run. Hand long texts over as files.`;
    throw new BackendRefusal("job_too_large", message);
  }
  const draft = join(directory, staging, randomUUID());
  try {
    await mkdir(draft, { recursive: true, mode: 0o700 });
    reserveSpace(draft);
    writeAtomic(draft, jobFiles.spec, content);
    writeAtomic(draft, jobFiles.log, header);
    await rename(draft, path);
    return true;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // A folder that is there and not empty cannot be replaced: EPERM on Windows, else one of the others.
    if (isErrno(error, "ENOTEMPTY", "EEXIST") || (isErrno(error, "EPERM") && (await exists(path)))) return false;
    throw error;
  }
}

/** Creates the working folder and the folders of inputs and outputs. They come after the job's folder, so that a crash leaves none without a job. */
export async function createRunFolder({ runPath: path, spec }: JobFolder): Promise<void> {
  const folders = [
    jobFiles.work,
    ...spec.downloads.map(({ input }) => join(jobFiles.inputs, input)),
    ...spec.outputs.map((output) => join(jobFiles.outputs, output)),
  ];
  for (const folder of folders) await mkdir(join(path, folder), { recursive: true, mode: 0o700 });
}

/** Removes the folder; what a crash leaves behind lies in the staging folder, where nobody looks for jobs. */
export async function removeJobFolder(
  directory: string,
  { path, runPath: own }: Pick<JobFolder, "path" | "runPath">,
): Promise<void> {
  const trash = join(directory, staging, randomUUID());
  await mkdir(trash, { recursive: true, mode: 0o700 });
  if (own !== path && (await exists(own))) await rename(own, join(trash, "run"));
  await rename(path, join(trash, "job"));
  await removeTree(trash);
}

/** Removes what a crash left behind more than `ageMs` ago. */
export async function sweepStagingFolder(directory: string, now: Date, ageMs: number): Promise<void> {
  const path = join(directory, staging);
  if (!(await exists(path))) return;
  for (const name of await readdir(path)) {
    const { mtimeMs } = await stat(join(path, name));
    if (now.getTime() - mtimeMs > ageMs) await removeTree(join(path, name));
  }
}
