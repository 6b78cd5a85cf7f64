import { editedJob } from "../core/job-of.ts";
import type { CallOptions } from "../core/ports.ts";
import type { Submission, Submitted } from "../core/submission.ts";
import { getJob } from "./get-job.ts";
import { type SubmitPorts, submitJob } from "./submit-job.ts";

/** Submits a job again as it is today, edits included, under a name of its own. @throws ServiceError `job_not_found`, and as `submitJob`. */
export async function rerunJob(
  ports: SubmitPorts,
  name: string,
  by: Pick<Submission, "owner" | "createdBy" | "idempotencyKey">,
  options: CallOptions = {},
): Promise<Submitted> {
  const record = await getJob(ports, name, options);
  const source = editedJob(record).withFields({ name: null }).toYaml();
  return submitJob(ports, { ...by, source, format: "yaml", door: "rerun", rerunOf: name }, options);
}
