/** Observations of a job, from run history and from Azure Resource Manager. */
import { ServiceError } from "../../../core/errors.ts";
import type { Observation } from "../../../core/records/messages.ts";
import { isTerminal } from "../../../core/records/status.ts";
import { maskText } from "../../../core/text/mask-secrets.ts";
import { defined } from "../../../lib/defined.ts";
import type { IsAllowedStorageUrl } from "../http/allowed-storage-urls.ts";
import { parseErrorBody } from "../http/azureml-error.ts";
import { isObject, type JsonObject, nonEmptyText, objectAt, utcTime } from "../http/json.ts";
import { observedServices, studioUrl } from "./job-services.ts";
import { logUrls } from "./signed-log-urls.ts";

export interface ObservationContext {
  /** The ARM id of the job. */
  readonly id: string;
  /** Time of the request. */
  readonly requestedAt: Date;
  readonly isAllowedUrl: IsAllowedStorageUrl;
}

/** The observation in run details; undefined if they have no status, because the response is then incomplete. */
export function observationFromRun(
  details: JsonObject,
  { id, requestedAt, isAllowedUrl }: ObservationContext,
): Observation | undefined {
  const status = nonEmptyText(details.status);
  if (status === undefined) return undefined;
  const { revision } = details;
  const optional = {
    revision: typeof revision === "number" && Number.isSafeInteger(revision) ? revision : undefined,
    started_at: utcTime(details.startTimeUtc),
    finished_at: isTerminal(status) ? utcTime(details.endTimeUtc) : undefined,
    error: runError(details.error, status),
    studio_url: studioUrl(details.services),
    services: observedServices(details.services),
  };
  return {
    status,
    observed_at: requestedAt.toISOString(),
    backend_id: id,
    ...defined(optional),
    log_names: Object.keys(logUrls(details, isAllowedUrl)),
  };
}

/** The observation in a job resource of Azure Resource Manager, which has no times, error or logs. */
export function observationFromResource(
  resource: JsonObject,
  { id, requestedAt }: Omit<ObservationContext, "isAllowedUrl">,
): Observation {
  const properties = objectAt(resource, "properties");
  return {
    // Only the resource of a pipeline's child has no properties, and the app's own jobs are not children.
    status: nonEmptyText(properties.status) ?? "NotStarted",
    observed_at: requestedAt.toISOString(),
    backend_id: nonEmptyText(resource.id) ?? id,
    ...defined({ studio_url: studioUrl(properties.services), services: observedServices(properties.services) }),
  };
}

/**
 * Rejects an incomplete job resource: its missing submission id does not show that the job is foreign.
 * @throws ServiceError `unavailable`.
 */
export function assertHasProperties(
  resource: JsonObject,
  name: string,
): asserts resource is JsonObject & { readonly properties: JsonObject } {
  if (!isObject(resource.properties))
    throw new ServiceError("unavailable", `Azure ML could not read job ${name}: the response has no properties.`, {
      reason: "unreachable",
    });
}

const maxMessageChars = 3000;

/** The error of a run, or a general error for a failed run without one. */
export function runError(error: unknown, status: string): Observation["error"] {
  if (!isObject(error))
    return status === "Failed"
      ? { code: "unknown", message: "Azure ML reports no reason for the failure." }
      : undefined;
  const { codes, message = "Azure ML reports no reason." } = parseErrorBody(error);
  return { code: codes[0] ?? "unknown", message: maskText(message.slice(0, maxMessageChars)) };
}
