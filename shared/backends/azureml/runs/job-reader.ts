/** What Azure ML says of one job of ours. A job of the same name that lacks our stamp is somebody else's. */

import { ServiceError } from "../../../core/errors.ts";
import type { BackendJobRef } from "../../../core/ports/backend-port.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import type { Observation } from "../../../core/records/messages.ts";
import type { OutageReason } from "../../../core/records/notice.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { IsAllowedStorageUrl } from "../http/allowed-storage-urls.ts";
import type { AzureMLClient } from "../http/azureml-client.ts";
import { AzureMLError } from "../http/azureml-error.ts";
import { isObject, type JsonObject } from "../http/json.ts";
import { assertHasProperties, nameTakenError } from "../submit/submit.ts";
import { hasSubmissionId, observationFromResource, observationFromRun } from "./run-details.ts";

interface LookPorts {
  readonly client: AzureMLClient;
  readonly clock: Clock;
  /** The ARM id of a job. */
  readonly idOf: (name: string) => string;
  readonly isLogHost: IsAllowedStorageUrl;
}

export interface JobReader {
  /** What run history says of the job. */
  runDetails(job: BackendJobRef, call: CallOptions): Promise<JsonObject | "unknown" | "foreign">;
  /** What run history says; where it does not know the job, what Azure Resource Manager says, which knows it first. */
  observe(job: BackendJobRef, call: CallOptions): Promise<Observation | undefined>;
  /** What run history alone says. @throws BackendRefusal when the name is somebody else's. */
  find(job: BackendJobRef, call: CallOptions): Promise<Observation | undefined>;
}

export function createJobReader({ client, clock, idOf, isLogHost }: LookPorts): JobReader {
  async function details(
    { name, submission_id }: BackendJobRef,
    call: CallOptions,
  ): Promise<JsonObject | "unknown" | "foreign"> {
    const found = await client.runDetails(name, call).catch(asOutage);
    // Half an answer does not make the job somebody else's.
    if (found === undefined || !isObject(found.properties)) return "unknown";
    return hasSubmissionId(found, submission_id) ? found : "foreign";
  }

  async function historyOf(
    job: BackendJobRef,
    askedAt: Date,
    call: CallOptions,
  ): Promise<Observation | "foreign" | undefined> {
    const found = await details(job, call);
    if (typeof found === "string") return found === "foreign" ? found : undefined;
    return observationFromRun(found, { id: idOf(job.name), askedAt, isLogHost });
  }

  async function resourceOf(
    { name, submission_id }: BackendJobRef,
    askedAt: Date,
    call: CallOptions,
  ): Promise<Observation | undefined> {
    const resource = await client.getJob(name, call).catch(asOutage);
    if (resource === undefined) return undefined;
    assertHasProperties(resource, name);
    return hasSubmissionId(resource.properties, submission_id)
      ? observationFromResource(resource, { id: idOf(name), askedAt })
      : undefined;
  }

  return {
    runDetails: details,
    async observe(job, call) {
      const askedAt = clock.now();
      const seen = await historyOf(job, askedAt, call);
      return seen === "foreign" ? undefined : (seen ?? (await resourceOf(job, askedAt, call)));
    },
    async find(job, call) {
      const seen = await historyOf(job, clock.now(), call);
      if (seen === "foreign") throw nameTakenError(job.name);
      return seen;
    },
  };
}

/** Why Azure ML refused a call that is about no job in particular. */
function reasonOf(error: AzureMLError): OutageReason {
  if (error.statusCode === 403) return "forbidden";
  return error.statusCode === 404 ? "workspace_missing" : "unreachable";
}

const hints: Readonly<Partial<Record<OutageReason, string>>> = {
  forbidden: "The app's identity needs the role AzureML Data Scientist on the workspace.",
  workspace_missing: "Check JOBS_AZUREML_SUBSCRIPTION_ID, JOBS_AZUREML_RESOURCE_GROUP and JOBS_AZUREML_WORKSPACE.",
};

/** What refuses a look refuses the service, not the job: it may be mended, and the job is asked about again. */
export function asOutage(error: unknown): never {
  if (!(error instanceof AzureMLError)) throw error;
  const reason = reasonOf(error);
  const hint = hints[reason];
  throw new ServiceError("unavailable", hint === undefined ? error.message : `${error.message} ${hint}`, {
    cause: error,
    reason,
  });
}
