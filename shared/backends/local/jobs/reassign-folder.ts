import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { BackendJob } from "../../../core/ports/backend-port.ts";
import { jobFiles, writeAtomic } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { readState } from "../folder/job-state.ts";
import { exists } from "../folder/read-json.ts";

/**
 * Gives the folder of a job to another submission, if that is the same submission sent again: storage had lost the record of the
 * first, so its sender was told to send it again. False if the folder is not such a one.
 *
 * A name has one record, so the record of the folder's submission is gone once the dispatch of another one arrives here. A
 * deletion would have removed the folder first. Three checks keep everything else out: the content and the owner are the same
 * (`fingerprint`); the new submission is the later one, so that a late dispatch of the lost one takes nothing back; and the
 * outcome is neither that of a cancel, which was not meant for the new one, nor so old that the copies of its files are gone.
 */
export async function reassignFolder(
  folder: JobFolder,
  job: BackendJob,
  release: (folder: JobFolder) => Promise<void>,
): Promise<boolean> {
  if (!(await mayAdopt(folder, job))) return false;
  await release(folder);
  // Asked again: it may have been removed, or have ended, before it was let go of.
  if (!(await mayAdopt(folder, job))) return false;
  writeAtomic(
    folder.path,
    jobFiles.owner,
    JSON.stringify({ submission_id: job.submission_id, submitted_at: job.submitted_at }),
  );
  // Storage may have lost its files too: the job is Finalizing until they have been looked for.
  await rm(join(folder.path, jobFiles.shipped), { force: true });
  return true;
}

/**
 * Whether the folder holds nothing but the outcome of an earlier job of this name, whose record is gone: its files are in storage,
 * or were. Left by a storage account that was emptied, or exchanged, while the folder stayed.
 */
export async function isObsoleteFolder(folder: JobFolder, job: BackendJob): Promise<boolean> {
  if (!isLater(folder, job) || (await readState(folder)).shipped === undefined) return false;
  return !(await exists(join(folder.path, jobFiles.unconfirmed))) && !(await exists(join(folder.path, jobFiles.keep)));
}

/** Whether the job was submitted under the folder's very name, after the job that the folder belongs to. */
function isLater({ spec, submittedAt = spec.created_at }: JobFolder, { name, submitted_at }: BackendJob): boolean {
  return spec.name === name && submitted_at !== undefined && submitted_at > submittedAt;
}

async function mayAdopt(folder: JobFolder, job: BackendJob): Promise<boolean> {
  if (!isLater(folder, job) || job.fingerprint === undefined || folder.spec.fingerprint !== job.fingerprint)
    return false;
  const { exit, shipped, cancelRequested } = await readState(folder);
  if (cancelRequested || exit?.status === "Canceled") return false;
  return shipped === undefined ? exists(folder.path) : exists(join(folder.path, jobFiles.unconfirmed));
}
