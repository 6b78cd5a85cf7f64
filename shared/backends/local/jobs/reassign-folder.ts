import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { BackendJob } from "../../../core/ports/backend-port.ts";
import { pathExists } from "../../../lib/path-exists.ts";
import { jobFiles } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { readState } from "../folder/job-state.ts";
import { writeAtomic } from "../folder/write-atomic.ts";

/**
 * Reassigns the folder of a job to a repeated submission, after storage lost the record of the first one. Does nothing
 * for any other submission.
 *
 * Each name has one record. A dispatch of another submission therefore proves that the record of the folder was lost,
 * because a deletion removes the folder first. Three checks exclude all other submissions:
 *
 * - Content and owner are the same (`fingerprint`).
 * - The new submission is later, so that a late dispatch of the lost one changes nothing.
 * - The job was not canceled, because the cancel was for the first submission, and the copies of its files exist.
 *
 * @param detach stops managing the job in this process. @see ActiveJobs.detach
 */
export async function reassignFolder(
  folder: JobFolder,
  job: BackendJob,
  detach: (folder: JobFolder) => Promise<void>,
): Promise<void> {
  if (!(await mayReassign(folder, job))) return;
  await detach(folder);
  // Checked again, because the job may have ended or been removed before it was detached.
  if (!(await mayReassign(folder, job))) return;
  const { submission_id, submitted_at } = job;
  writeAtomic(folder.path, jobFiles.owner, JSON.stringify({ submission_id, submitted_at }));
  // Storage may have lost its files too, so the job is Finalizing until they are verified.
  await rm(join(folder.path, jobFiles.shipped), { force: true });
}

/**
 * Whether the folder contains only the outcome of an earlier job of this name, whose files are stored and whose record
 * no longer exists. Such a folder remains if the storage account was emptied or replaced.
 */
export async function isObsoleteFolder(folder: JobFolder, job: BackendJob): Promise<boolean> {
  if (!isLater(folder, job) || (await readState(folder)).shipped === undefined) return false;
  const hasCopies = await pathExists(join(folder.path, jobFiles.unconfirmed));
  return !hasCopies && !(await pathExists(join(folder.path, jobFiles.keep)));
}

/** Whether the job has exactly the name of the folder's job and was submitted after it. */
function isLater({ spec, submittedAt = spec.created_at }: JobFolder, { name, submitted_at }: BackendJob): boolean {
  return spec.name === name && submitted_at !== undefined && submitted_at > submittedAt;
}

async function mayReassign(folder: JobFolder, job: BackendJob): Promise<boolean> {
  const isSame = job.fingerprint !== undefined && folder.spec.fingerprint === job.fingerprint;
  if (!isSame || !isLater(folder, job)) return false;
  const { exit, shipped, cancelRequested } = await readState(folder);
  if (cancelRequested || exit?.status === "Canceled") return false;
  return shipped === undefined ? pathExists(folder.path) : pathExists(join(folder.path, jobFiles.unconfirmed));
}
