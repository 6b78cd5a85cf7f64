import { randomBytes } from "node:crypto";
import { ServiceError } from "../../../core/errors.ts";
import { type BackendJob, BackendRefusal } from "../../../core/ports/backend-port.ts";
import type { Clock } from "../../../lib/clock.ts";
import { isErrno } from "../../../lib/is-errno.ts";
import { createJobFolder } from "../folder/create-job-folder.ts";
import { folderPath, type JobFolder, openJobFolder } from "../folder/job-folder.ts";
import type { JobSpec } from "../folder/job-spec.ts";
import { removeJobFolder } from "../folder/remove-job-folder.ts";
import { requireBash } from "../process/find-bash.ts";
import { logHeader } from "../results/log-header-footer.ts";
import { commandFields } from "./command-fields.ts";
import { createJobSpec } from "./create-job-spec.ts";
import { isObsoleteFolder, reassignFolder } from "./reassign-folder.ts";
import { unsupported } from "./unsupported.ts";

export const diskFull =
  "The disk of the data folder is full, so jobs cannot write and their logs and outputs cannot be stored. " +
  "Free some space on it.";

export interface ClaimPorts {
  /** Folder of the job folders. */
  readonly directory: string;
  readonly clock: Clock;
  /** Limit for the output of the command. */
  readonly maxLogBytes: number;
  /** Stops managing a job. @see ActiveJobs.detach */
  readonly detach: (folder: JobFolder) => Promise<void>;
}

/**
 * Creates the folder of a job. An existing folder of its name is reassigned or replaced if possible, and left unchanged
 * otherwise. @throws BackendRefusal if the job cannot run here, ServiceError `unavailable` if the disk is full.
 */
export async function claimFolder(ports: ClaimPorts, job: BackendJob): Promise<void> {
  const fields = commandFields(job.job);
  const [problem] = unsupported(job.job);
  if (fields === undefined || problem !== undefined)
    throw new BackendRefusal(problem?.code ?? "unsupported_by_backend", problem?.message ?? "");
  const spec = createJobSpec(job, fields, {
    path: folderPath(ports.directory, job.name),
    runFolder: `.run-${randomBytes(8).toString("hex")}`,
    token: randomBytes(16).toString("hex"),
    bash: await requireBash(),
    now: ports.clock.now(),
    maxLogBytes: ports.maxLogBytes,
  });
  try {
    await createOrReassign(ports, job, spec, logHeader(job.name, fields));
  } catch (error) {
    // Not an error of the job: it is dispatched again, with a notice, until space is available.
    if (isErrno(error, "ENOSPC", "EDQUOT"))
      throw new ServiceError("unavailable", diskFull, { reason: "storage_full", cause: error });
    throw error;
  }
}

async function createOrReassign(
  { directory, detach }: ClaimPorts,
  job: BackendJob,
  spec: JobSpec,
  header: string,
): Promise<void> {
  if (await createJobFolder(directory, spec, header)) return;
  const existing = await openJobFolder(directory, job.name);
  if (existing === undefined) return;
  if (await isObsoleteFolder(existing, job)) {
    await removeJobFolder(directory, existing);
    await createJobFolder(directory, spec, header);
  } else await reassignFolder(existing, job, detach);
}
