/** Submits a job effectively once: a PUT whose answer was lost, or that was done before, is found again by our stamp. */

import { isServiceError, ServiceError } from "../../../core/errors.ts";
import { type BackendJob, BackendRefusal } from "../../../core/ports/backend-port.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import type { Observation } from "../../../core/records/messages.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { AzureMLClient } from "../http/azureml-client.ts";
import { AzureMLError } from "../http/azureml-error.ts";
import { isObject, type JsonObject } from "../http/json.ts";
import { hasSubmissionId, observationFromResource, submissionIdProperty } from "../runs/run-details.ts";

/** The body of the PUT for a job, with its assets in place. */
export type BuildJobBody = (job: BackendJob, options: CallOptions) => Promise<JsonObject>;

export interface SubmitPorts {
  readonly client: AzureMLClient;
  readonly clock: Clock;
  readonly toBody: BuildJobBody;
  /** The ARM id of a job. */
  readonly idOf: (name: string) => string;
  /** What is known of the job already; undefined: nothing. @throws BackendRefusal when the name is somebody else's. */
  readonly find: (job: BackendJob, options: CallOptions) => Promise<Observation | undefined>;
}

const maxPuts = 2;

/** @throws ServiceError `unavailable`, `throttled`; BackendRefusal for what no retry can mend. */
export async function submit(ports: SubmitPorts, job: BackendJob, options: CallOptions): Promise<Observation> {
  const known = await ports.find(job, options);
  if (known !== undefined) return known;
  const body = stamped(await ports.toBody(job, options), job);
  for (let puts = 1; ; puts += 1) {
    const askedAt = ports.clock.now();
    try {
      return observationFromResource(await ports.client.putJob(job.name, body, options), {
        id: ports.idOf(job.name),
        askedAt,
      });
    } catch (error) {
      if (!mayHaveTaken(error)) throw toBackendRefusal(error, `job ${job.name}`);
      const found = await reconcile(ports, job, options);
      if (found !== undefined) return found;
      // A job that we had just sent would be read: whoever has this name was deleted.
      if (puts === 1 && error instanceof AzureMLError) throw nameUsed(job.name);
      // Surely not there: to ask once more does no harm, as a PUT that comes late makes the next one find its job.
      if (puts === maxPuts || !isServiceError(error, "unavailable")) throw asOutage(error);
    }
  }
}

function stamped(body: JsonObject, { submission_id }: BackendJob): JsonObject {
  const properties = body.properties as JsonObject;
  return {
    ...body,
    properties: {
      ...properties,
      properties: { ...(properties.properties as JsonObject | undefined), [submissionIdProperty]: submission_id },
    },
  };
}

/** Whether the job may be there after all: no answer, an outage, or the answer to the second PUT of the same job. */
function mayHaveTaken(error: unknown): boolean {
  if (error instanceof AzureMLError)
    return error.codes.includes("JobPropertyImmutable") || /already exists/i.test(error.reason ?? "");
  return isServiceError(error, "unavailable");
}

/** Undefined: there is no job of this name. @throws BackendRefusal `name_taken`. */
async function reconcile(
  { client, clock, idOf }: SubmitPorts,
  job: BackendJob,
  options: CallOptions,
): Promise<Observation | undefined> {
  const askedAt = clock.now();
  const resource = await client.getJob(job.name, options);
  if (resource === undefined) return undefined;
  assertHasProperties(resource, job.name);
  if (!hasSubmissionId(resource.properties, job.submission_id)) throw nameTakenError(job.name);
  return observationFromResource(resource, { id: idOf(job.name), askedAt });
}

/** Half an answer does not make a job somebody else's. @throws ServiceError `unavailable`. */
export function assertHasProperties(
  resource: JsonObject,
  name: string,
): asserts resource is JsonObject & { readonly properties: JsonObject } {
  if (!isObject(resource.properties))
    throw new ServiceError("unavailable", `Azure ML could not read job ${name}: its answer has no properties.`, {
      reason: "unreachable",
    });
}

export function nameTakenError(name: string): BackendRefusal {
  return new BackendRefusal(
    "name_taken",
    `The workspace has another job ${name}, which this service did not submit; a name cannot be used again.`,
  );
}

function asOutage(error: unknown): unknown {
  return error instanceof AzureMLError
    ? new ServiceError("unavailable", `${error.message} The job is not there to be read.`, {
        cause: error,
        reason: "unreachable",
      })
    : error;
}

function nameUsed(name: string): BackendRefusal {
  return new BackendRefusal(
    "name_taken",
    `The workspace had a job ${name} before, which was deleted; a name cannot be used again.`,
  );
}

/** What no retry can mend ends the job, with the service's own code and words. Outages go up as they are. */
export function toBackendRefusal(error: unknown, what: string): unknown {
  if (!(error instanceof AzureMLError)) return error;
  const hint =
    error.statusCode === 403
      ? " The app's identity needs the role AzureML Data Scientist on the workspace."
      : error.statusCode === 404 && error.reason === undefined
        ? " Azure ML answers so when the compute, or something else that the job names, is not there."
        : "";
  return new BackendRefusal(
    error.code ?? `http_${error.statusCode}`,
    `${error.reason ?? `Azure ML refused ${what} with ${error.statusCode} and no reason.`}${hint}`,
    {
      cause: error,
    },
  );
}
