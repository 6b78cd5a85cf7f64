/** Reads the state of one job. A job with the same name but without the app's submission id belongs to someone else. */
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

/** Run details; `unknown` if run history has none, `foreign` if the job belongs to someone else. */
type RunDetails = JsonObject | "unknown" | "foreign";

export interface JobReader {
  /** Reads run history. */
  runDetails(job: BackendJobRef, call: CallOptions): Promise<RunDetails>;
  /**
   * Reads run history, then Azure Resource Manager if run history does not have the job yet. Undefined: the job is
   * unknown or belongs to someone else.
   */
  observe(job: BackendJobRef, call: CallOptions): Promise<Observation | undefined>;
  /** Reads run history only. @throws BackendRefusal `name_taken` if the job belongs to someone else. */
  find(job: BackendJobRef, call: CallOptions): Promise<Observation | undefined>;
}

export function createJobReader({ client, clock, idOf, isAllowedUrl }: JobReaderPorts): JobReader {
  async function runDetails({ name, submission_id }: BackendJobRef, call: CallOptions): Promise<RunDetails> {
    const found = await client.runDetails(name, call).catch(throwOutage);
    // Incomplete details do not mean that the job belongs to someone else.
    if (found === undefined || !isObject(found.properties)) return "unknown";
    return hasSubmissionId(found, submission_id) ? found : "foreign";
  }

  async function observeRun(
    job: BackendJobRef,
    requestedAt: Date,
    call: CallOptions,
  ): Promise<Observation | "foreign" | undefined> {
    const found = await runDetails(job, call);
    if (typeof found === "string") return found === "foreign" ? found : undefined;
    return observationFromRun(found, { id: idOf(job.name), requestedAt, isAllowedUrl });
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
      const seen = await observeRun(job, requestedAt, call);
      return seen === "foreign" ? undefined : (seen ?? (await observeResource(job, requestedAt, call)));
    },
    async find(job, call) {
      const seen = await observeRun(job, clock.now(), call);
      if (seen === "foreign") throw nameTakenError(job.name);
      return seen;
    },
  };
}
