import type { JobFilesReader } from "../../core/job/load-job.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { editedJob } from "../../core/records/job-document.ts";
import type { Submission, Submitted } from "../../core/records/submission.ts";
import { defined } from "../../lib/defined.ts";
import { type GetJobPorts, getJob } from "./get-job.ts";
import { type SubmitPorts, submitJob } from "./submit-job.ts";

/**
 * Files of a stored bundle. They were validated with the first job: its paths exist, and the content read from them is
 * part of the dump.
 */
const validatedFiles: JobFilesReader = { kind: () => "folder", read: () => undefined };

/**
 * Submits a job again, with its edits and its bundle, under a new name.
 * @throws ServiceError `job_not_found`, and as `submitJob`.
 */
export async function rerunJob(
  ports: SubmitPorts & GetJobPorts,
  name: string,
  by: Pick<Submission, "owner" | "createdBy" | "idempotencyKey">,
  options: CallOptions = {},
): Promise<Submitted> {
  const record = await getJob(ports, name, options);
  const source = editedJob(ports.jobReader, record).withFields({ name: null }).toYaml();
  const { bundle_sha256: sha256, bundle_folder: folder } = record;
  const bundle = sha256 === undefined ? {} : { bundle: { sha256, files: validatedFiles, ...defined({ folder }) } };
  return submitJob(ports, { ...by, source, format: "yaml", door: "rerun", rerunOf: name, ...bundle }, options);
}
