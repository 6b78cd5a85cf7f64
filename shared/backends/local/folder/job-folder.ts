import { readdir } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { isJobName, namePattern } from "../../../core/records/job-names.ts";
import { defined } from "../../../lib/defined.ts";
import { pathExists } from "../../../lib/path-exists.ts";
import { jobFiles } from "./job-files.ts";
import { type JobSpec, runPath } from "./job-spec.ts";
import { readJson } from "./read-json.ts";

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

/** Size limit of `spec.json`, more than any accepted job needs. An older version could write hundreds of megabytes. */
export const maxSpecBytes = 8 * 1024 * 1024;

/** The folder of a job and its spec. */
export interface JobFolder {
  /** Folder of the service and the supervisor: spec, state, log. */
  readonly path: string;
  /** Folder of the job's own files: working folder, inputs, outputs. The same as `path` before schema version 2. */
  readonly runPath: string;
  readonly spec: JobSpec;
  /** `submission_id` of the record that the job belongs to: that of the spec, unless the folder was reassigned. */
  readonly owner: string;
  /** Time at which that submission was committed, if known. */
  readonly submittedAt?: string;
}

/** Path of a job's folder. @throws Error for an invalid job name, which could be a path to another folder. */
export function folderPath(directory: string, name: string): string {
  if (!isJobName(name))
    throw new Error(`${JSON.stringify(name)} is not a valid job name; expected ${namePattern.source}.`);
  return join(directory, name);
}

/**
 * Reads the folder of a job; undefined if it is missing or its spec is damaged. On a case-insensitive file system
 * `spec.name` of the result may differ from `name`.
 */
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

/** Whether the folder of this name has a spec that cannot be read. */
export async function isDamaged(directory: string, name: string): Promise<boolean> {
  return (
    (await pathExists(join(folderPath(directory, name), jobFiles.spec))) &&
    (await openJobFolder(directory, name)) === undefined
  );
}

/** Lists the folders of unfinished jobs, and of finished jobs whose copies are still on disk, oldest first. */
export async function listOpenJobFolders(
  directory: string,
  onError: (error: unknown, name: string) => void,
): Promise<readonly JobFolder[]> {
  const folders: JobFolder[] = [];
  for (const name of (await readdir(directory)).filter(isJobName)) {
    const path = join(directory, name);
    try {
      const isShipped = await pathExists(join(path, jobFiles.shipped));
      if (isShipped && !(await pathExists(join(path, jobFiles.unconfirmed)))) continue;
      const folder = await openJobFolder(directory, name);
      if (folder !== undefined) folders.push(folder);
    } catch (error) {
      // A folder that cannot be read must not stop the others.
      onError(error, name);
    }
  }
  return folders.sort((a, b) => a.spec.created_at.localeCompare(b.spec.created_at));
}
