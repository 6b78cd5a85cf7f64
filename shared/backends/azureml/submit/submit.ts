/**
 * Creates at most one job per submission: after a PUT without a response, and for a repeated PUT, the existing job is
 * found by its submission id.
 */
import { isServiceError } from "../../../core/errors.ts";
import { type BackendJob, BackendRefusal } from "../../../core/ports/backend-port.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import type { Observation } from "../../../core/records/messages.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { AzureMLClient } from "../http/azureml-client.ts";
import { AzureMLError } from "../http/azureml-error.ts";
import { type JsonObject, objectAt } from "../http/json.ts";
import { toBackendRefusal, toOutage } from "../http/translate-errors.ts";
import { hasSubmissionId, nameTakenError, submissionIdProperty } from "../runs/job-ownership.ts";
import { assertHasProperties, observationFromResource } from "../runs/observation.ts";

/** Builds the body of the PUT that creates a job, after its assets are uploaded and registered. */
export type BuildJobBody = (job: BackendJob, options: CallOptions) => Promise<JsonObject>;

export interface SubmitPorts {
  readonly client: AzureMLClient;
  readonly clock: Clock;
  readonly buildBody: BuildJobBody;
  /** Returns the ARM id of a job. */
  readonly idOf: (name: string) => string;
  /** Finds a job that was submitted before. @throws BackendRefusal `name_taken` if the job is foreign. */
  readonly find: (job: BackendJob, options: CallOptions) => Promise<Observation | undefined>;
}

/** @throws ServiceError `unavailable`, `throttled`; BackendRefusal for a permanent error. */
export async function submit(ports: SubmitPorts, job: BackendJob, options: CallOptions): Promise<Observation> {
  const existing = await ports.find(job, options);
  if (existing !== undefined) return existing;
  const body = withSubmissionId(await ports.buildBody(job, options), job);
  try {
    return await putJob(ports, job, body, options);
  } catch (error) {
    const created = await findCreated(error, ports, job, options);
    if (created !== undefined) return created;
    // Azure ML reports that the job exists, but it cannot be read: a job of this name was deleted.
    if (error instanceof AzureMLError) throw nameUsedError(job.name);
  }
  // There was no response, and the job does not exist. If the first PUT is processed late, the second one is
  // rejected, and the job of the first one is found.
  try {
    return await putJob(ports, job, body, options);
  } catch (error) {
    const created = await findCreated(error, ports, job, options);
    if (created !== undefined) return created;
    throw toOutage(error, "The job cannot be read.");
  }
}

function withSubmissionId(body: JsonObject, { submission_id }: BackendJob): JsonObject {
  const fields = objectAt(body, "properties");
  const properties = { ...objectAt(fields, "properties"), [submissionIdProperty]: submission_id };
  return { ...body, properties: { ...fields, properties } };
}

async function putJob(
  { client, clock, idOf }: SubmitPorts,
  job: BackendJob,
  body: JsonObject,
  options: CallOptions,
): Promise<Observation> {
  const requestedAt = clock.now();
  return observationFromResource(await client.putJob(job.name, body, options), { id: idOf(job.name), requestedAt });
}

/**
 * The job of a failed PUT, if Azure ML created it anyway; undefined if there is no job of this name.
 * @throws BackendRefusal if Azure ML rejected the job, and `name_taken` if the job is foreign.
 */
async function findCreated(
  error: unknown,
  { client, clock, idOf }: SubmitPorts,
  job: BackendJob,
  options: CallOptions,
): Promise<Observation | undefined> {
  if (!mayHaveBeenCreated(error)) throw toBackendRefusal(error, `job ${job.name}`);
  const requestedAt = clock.now();
  const resource = await client.getJob(job.name, options);
  if (resource === undefined) return undefined;
  assertHasProperties(resource, job.name);
  if (!hasSubmissionId(resource.properties, job.submission_id)) throw nameTakenError(job.name);
  return observationFromResource(resource, { id: idOf(job.name), requestedAt });
}

/** True for an outage, and for the response to a second PUT of the same job. */
function mayHaveBeenCreated(error: unknown): boolean {
  if (error instanceof AzureMLError)
    return error.codes.includes("JobPropertyImmutable") || /already exists/i.test(error.reason ?? "");
  return isServiceError(error, "unavailable");
}

function nameUsedError(name: string): BackendRefusal {
  return new BackendRefusal(
    "name_taken",
    `The name ${name} belonged to a deleted job of the workspace, and Azure ML accepts a name only once. ` +
      "Submit the job with another name.",
  );
}
