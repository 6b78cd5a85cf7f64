import type { JobFilesReader } from "../../core/job/load-job.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { editedJob } from "../../core/records/job-of.ts";
import type { Submission, Submitted } from "../../core/records/submission.ts";
import { defined } from "../../lib/defined.ts";
import { type GetJobPorts, getJob } from "./get-job.ts";
import { type SubmitPorts, submitJob } from "./submit-job.ts";

/** The files of a stored bundle, which were looked at when the job came in: its paths were found, and what it reads is in its dump. */
const foundBefore: JobFilesReader = { kind: () => "folder", read: () => undefined };

/** Submits a job again as it is today, edits and bundle included, under a name of its own. @throws ServiceError `job_not_found`, and as `submitJob`. */
export async function rerunJob(
  ports: SubmitPorts & GetJobPorts,
  name: string,
  by: Pick<Submission, "owner" | "createdBy" | "idempotencyKey">,
  options: CallOptions = {},
): Promise<Submitted> {
  const record = await getJob(ports, name, options);
  const source = editedJob(ports.jobReader, record).withFields({ name: null }).toYaml();
  const { bundle_sha256: sha256, bundle_folder: folder } = record;
  const bundle = sha256 === undefined ? {} : { bundle: { sha256, files: foundBefore, ...defined({ folder }) } };
  return submitJob(ports, { ...by, source, format: "yaml", door: "rerun", rerunOf: name, ...bundle }, options);
}
