/** What run history says of a job, as an observation; and where its logs are. */
import { maskText } from "../../../core/job/schema/secrets.ts";
import type { SignedLogUrls } from "../../../core/ports/storage-ports.ts";
import type { Observation } from "../../../core/records/messages.ts";
import { isTerminal } from "../../../core/records/status.ts";
import { isBlobSafePath } from "../../../core/text/blob-safe-path.ts";
import type { IsAllowedStorageUrl } from "../http/allowed-storage-urls.ts";
import { parseErrorBody } from "../http/azureml-error.ts";
import { isObject, type JsonObject, nonEmptyText, objectAt, utcTime } from "../http/json.ts";
import { observedServices, studioUrl } from "./job-services.ts";

/** The property that a job of ours carries: whose it is. */
export const submissionIdProperty = "jobgate.submission_id";

export interface ObservationContext {
  /** The ARM id of the job. */
  readonly id: string;
  /** When the service was asked. */
  readonly askedAt: Date;
  readonly isLogHost: IsAllowedStorageUrl;
}

/** Whether a run, or the properties of a job, are those of this submission. */
export function hasSubmissionId(described: JsonObject, submissionId: string): boolean {
  return objectAt(described, "properties")[submissionIdProperty] === submissionId;
}

/** The observation in run details. Undefined when they have no status: half an answer says nothing. */
export function observationFromRun(
  details: JsonObject,
  { id, askedAt, isLogHost }: ObservationContext,
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
    observed_at: askedAt.toISOString(),
    backend_id: id,
    ...defined(optional),
    log_names: Object.keys(logUrlsOf(details, isLogHost)),
  };
}

/** The observation in a job resource of Azure Resource Manager, which has no times, error or logs. */
export function observationFromResource(
  resource: JsonObject,
  { id, askedAt }: Omit<ObservationContext, "isLogHost">,
): Observation {
  const properties = objectAt(resource, "properties");
  const optional = { studio_url: studioUrl(properties.services), services: observedServices(properties.services) };
  // A child of a pipeline comes without properties; a job of ours never does.
  const status = nonEmptyText(properties.status) ?? "NotStarted";
  return {
    status,
    observed_at: askedAt.toISOString(),
    backend_id: nonEmptyText(resource.id) ?? id,
    ...defined(optional),
  };
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

export function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}

export function runError(error: unknown, status: string): Observation["error"] {
  if (!isObject(error))
    return status === "Failed"
      ? { code: "unknown", message: "Azure ML says that the job failed, without a reason." }
      : undefined;
  const { codes, message } = parseErrorBody(error);
  return { code: codes[0] ?? "unknown", message: maskText((message ?? "Azure ML gave no reason.").slice(0, 3000)) };
}

const maxLogs = 500;

/** Log name -> signed URL; only those that may be fetched, in order of their names. */
function logUrlsOf(details: JsonObject, isLogHost: IsAllowedStorageUrl): Readonly<Record<string, string>> {
  const logs = Object.entries(objectAt(details, "logFiles")).filter(
    (entry): entry is [string, string] =>
      isBlobSafePath(entry[0]) && typeof entry[1] === "string" && isLogHost(entry[1]),
  );
  return Object.fromEntries(logs.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, maxLogs));
}

/** How long a URL is trusted that does not say when it ends. */
const unknownLifeMs = 15 * 60_000;

/** The signed URLs in run details, and when the first of them ends. */
export function signedLogUrls(
  details: JsonObject,
  { askedAt, isLogHost }: Omit<ObservationContext, "id">,
): SignedLogUrls {
  const urls = logUrlsOf(details, isLogHost);
  const ends = Object.values(urls).map((url) => endOf(url) ?? askedAt.getTime() + unknownLifeMs);
  const first = Math.min(...ends, askedAt.getTime() + 8 * 3_600_000);
  return { urls, expires_at: new Date(first).toISOString(), refreshed_at: askedAt.toISOString() };
}

/** When a signed URL ends, as it says itself. A user-delegation key (`ske`) may end before the signature made with it. */
function endOf(url: string): number | undefined {
  const query = new URL(url).searchParams;
  const times = [query.get("se"), query.get("ske")]
    .map((text) => Date.parse(text ?? ""))
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : Math.min(...times);
}
