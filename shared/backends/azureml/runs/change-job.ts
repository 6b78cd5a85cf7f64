/** Updates, cancels and deletes a job of the workspace. */
import { type BackendJobRef, BackendRefusal, type JobMetadata } from "../../../core/ports/backend-port.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import { isTerminal } from "../../../core/records/status.ts";
import type { AzureMLClient } from "../http/azureml-client.ts";
import { AzureMLError } from "../http/azureml-error.ts";
import { toBackendRefusal } from "../http/translate-errors.ts";
import type { JobReader } from "./job-reader.ts";

export interface ChangePorts {
  readonly client: AzureMLClient;
  readonly reader: JobReader;
}

/**
 * Writes the metadata of a job; does nothing for an unknown job.
 * @throws BackendRefusal if Azure ML rejects the edit.
 */
export async function updateJob(
  { client, reader }: ChangePorts,
  job: BackendJobRef,
  { experiment_name, display_name, description, tags, removed_tags, properties, archived }: JobMetadata,
  call: CallOptions,
): Promise<void> {
  if (typeof (await reader.runDetails(job, call)) === "string") return;
  const changes = { displayName: display_name, description, tags, properties, hidden: archived };
  try {
    await client.patchRun(job.name, changes, call);
    if (removed_tags.length > 0) await client.deleteTags(experiment_name, job.name, removed_tags, call);
  } catch (error) {
    throw toBackendRefusal(error, `the edit of job ${job.name}`);
  }
}

/**
 * Cancels a job; does nothing for an unknown or finished job.
 * @throws BackendRefusal if Azure ML rejects the cancel.
 */
export async function cancelJob({ client, reader }: ChangePorts, job: BackendJobRef, call: CallOptions): Promise<void> {
  const before = await reader.observe(job, call);
  if (before === undefined || isTerminal(before.status)) return;
  try {
    await client.cancelJob(job.name, call);
  } catch (error) {
    if (!(error instanceof AzureMLError)) throw error;
    // Azure ML rejects the cancel of a job that has finished since, or that is about to finish.
    const after = await reader.observe(job, call);
    if (after === undefined || isTerminal(after.status)) return;
    throw toBackendRefusal(error, `the cancel of job ${job.name}`);
  }
}

/** Deletes a finished job; does nothing for an unknown job. @throws BackendRefusal `job_not_finished`. */
export async function deleteJob({ client, reader }: ChangePorts, job: BackendJobRef, call: CallOptions): Promise<void> {
  const observation = await reader.observe(job, call);
  if (observation === undefined) return;
  if (!isTerminal(observation.status))
    throw new BackendRefusal("job_not_finished", `Job ${job.name} has not finished. Cancel it before the deletion.`);
  await client.deleteJob(job.name, call).catch((error: unknown) => {
    throw toBackendRefusal(error, `the deletion of job ${job.name}`);
  });
}
