import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { pathExists } from "../../../lib/path-exists.ts";
import type { JobFolder } from "./job-folder.ts";
import { removeTree } from "./remove-tree.ts";

/** Folder of incomplete and removed job folders. No job has a name that begins with a dot. */
export const stagingFolder = ".staging";

/** Removes the folder of a job. It is moved into the staging folder first, so that a crash leaves no partial job. */
export async function removeJobFolder(
  directory: string,
  { path, runPath }: Pick<JobFolder, "path" | "runPath">,
): Promise<void> {
  const trash = join(directory, stagingFolder, randomUUID());
  await mkdir(trash, { recursive: true, mode: 0o700 });
  if (runPath !== path && (await pathExists(runPath))) await rename(runPath, join(trash, "run"));
  await rename(path, join(trash, "job"));
  await removeTree(trash);
}

/** Removes entries of the staging folder that a crash left more than `ageMs` ago. */
export async function sweepStagingFolder(directory: string, now: Date, ageMs: number): Promise<void> {
  const path = join(directory, stagingFolder);
  if (!(await pathExists(path))) return;
  for (const name of await readdir(path)) {
    const { mtimeMs } = await stat(join(path, name));
    if (now.getTime() - mtimeMs > ageMs) await removeTree(join(path, name));
  }
}
