/** Reads the state of one job. A job with the same name but without the app's submission id is foreign. */
import type { BackendJobRef } from "../../../core/ports/backend-port.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import type { Observation } from "../../../core/records/messages.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { IsAllowedStorageUrl } from "../http/allowed-storage-urls.ts";
import type { AzureMLClient } from "../http/azureml-client.ts";
import { isObject, type JsonObject } from "../http/json.ts";
import { throwOutage } from "../http/translate-errors.ts";
import { hasSubmissionId, nameTakenError } from "./job-ownership.ts";
import { assertHasProperties, observationFromResource, observationFromRun } from "./observation.ts";

interface JobReaderPorts {
  readonly client: AzureMLClient;
  readonly clock: Clock;
  /** Returns the ARM id of a job. */
  readonly idOf: (name: string) => string;
  readonly isAllowedUrl: IsAllowedStorageUrl;
}

/** Run details; `unknown` if run history has none, `foreign` if the job was not submitted by this app. */
type RunDetails = JsonObject | "unknown" | "foreign";

export interface JobReader {
  /** Reads run history. */
  runDetails(job: BackendJobRef, call: CallOptions): Promise<RunDetails>;
  /**
   * Reads run history, then Azure Resource Manager if run history does not have the job yet. Undefined: the job is
   * unknown or foreign.
   */
  observe(job: BackendJobRef, call: CallOptions): Promise<Observation | undefined>;
  /** Reads run history only. @throws BackendRefusal `name_taken` if the job is foreign. */
  find(job: BackendJobRef, call: CallOptions): Promise<Observation | undefined>;
}

export function createJobReader({ client, clock, idOf, isAllowedUrl }: JobReaderPorts): JobReader {
  async function runDetails({ name, submission_id }: BackendJobRef, call: CallOptions): Promise<RunDetails> {
    const details = await client.runDetails(name, call).catch(throwOutage);
    // Incomplete details do not show that the job is foreign.
    if (details === undefined || !isObject(details.properties)) return "unknown";
    return hasSubmissionId(details, submission_id) ? details : "foreign";
  }

  async function observeRun(
    job: BackendJobRef,
    requestedAt: Date,
    call: CallOptions,
  ): Promise<Observation | "foreign" | undefined> {
    const details = await runDetails(job, call);
    if (typeof details === "string") return details === "foreign" ? details : undefined;
    return observationFromRun(details, { id: idOf(job.name), requestedAt, isAllowedUrl });
  }

  async function observeResource(
    { name, submission_id }: BackendJobRef,
    requestedAt: Date,
    call: CallOptions,
  ): Promise<Observation | undefined> {
    const resource = await client.getJob(name, call).catch(throwOutage);
    if (resource === undefined) return undefined;
    assertHasProperties(resource, name);
    return hasSubmissionId(resource.properties, submission_id)
      ? observationFromResource(resource, { id: idOf(name), requestedAt })
      : undefined;
  }

  return {
    runDetails,
    async observe(job, call) {
      const requestedAt = clock.now();
      const observation = await observeRun(job, requestedAt, call);
      return observation === "foreign" ? undefined : (observation ?? (await observeResource(job, requestedAt, call)));
    },
    async find(job, call) {
      const observation = await observeRun(job, clock.now(), call);
      if (observation === "foreign") throw nameTakenError(job.name);
      return observation;
    },
  };
}
