import { randomUUID } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { BackendRefusal } from "../../../core/ports/backend-port.ts";
import { isErrno } from "../../../lib/is-errno.ts";
import { pathExists } from "../../../lib/path-exists.ts";
import { jobFiles } from "./job-files.ts";
import { folderPath, type JobFolder, maxSpecBytes } from "./job-folder.ts";
import type { JobSpec } from "./job-spec.ts";
import { stagingFolder } from "./remove-job-folder.ts";
import { reserveSpace, writeAtomic } from "./write-atomic.ts";

/**
 * Creates the folder of a job completely or not at all, with `header` as the start of its log; false if it exists.
 * @throws BackendRefusal `job_too_large`.
 */
export async function createJobFolder(directory: string, spec: JobSpec, header: string): Promise<boolean> {
  const path = folderPath(directory, spec.name);
  const content = JSON.stringify(spec);
  const bytes = Buffer.byteLength(content);
  if (bytes > maxSpecBytes) throw new BackendRefusal("job_too_large", tooLarge(spec.name, bytes));
  const draft = join(directory, stagingFolder, randomUUID());
  try {
    await mkdir(draft, { recursive: true, mode: 0o700 });
    reserveSpace(draft);
    writeAtomic(draft, jobFiles.spec, content);
    writeAtomic(draft, jobFiles.log, header);
    await rename(draft, path);
    return true;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // The error if the target exists and is not empty is EPERM on Windows, otherwise one of the others.
    if (isErrno(error, "ENOTEMPTY", "EEXIST") || (isErrno(error, "EPERM") && (await pathExists(path)))) return false;
    throw error;
  }
}

function tooLarge(name: string, bytes: number): string {
  return (
    `The command and variables of job ${name} have ${bytes} bytes after inputs are substituted; ` +
    `expected at most ${maxSpecBytes}. Pass long texts as files.`
  );
}

/** Creates the folder of the job's own files, after the job folder, so that a crash leaves no orphan. */
export async function createRunFolder({ runPath: path, spec }: JobFolder): Promise<void> {
  const folders = [
    jobFiles.work,
    ...spec.downloads.map(({ input }) => join(jobFiles.inputs, input)),
    ...spec.outputs.map((output) => join(jobFiles.outputs, output)),
  ];
  for (const folder of folders) await mkdir(join(path, folder), { recursive: true, mode: 0o700 });
}
