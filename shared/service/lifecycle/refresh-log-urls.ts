import { jobNotFound } from "../../core/errors.ts";
import type { Backend } from "../../core/ports/backend-port.ts";
import type { OpenJobs } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { LogUrlStore, RecordStore, SignedLogUrls } from "../../core/ports/storage-ports.ts";
import { isBeforeDispatch } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { visibleJob } from "../../core/records/scope.ts";
import type { Clock } from "../../lib/clock.ts";

export interface RefreshLogUrlsPorts {
  readonly records: RecordStore;
  readonly openJobs: OpenJobs;
  readonly logUrls: LogUrlStore;
  readonly backend: Backend;
  readonly clock: Clock;
}

/** Shortest remaining life of a URL that a caller receives. */
const minLifeMs = 5 * 60_000;
/** Remaining life at which the poll requests fresh URLs. */
const leadMs = 2 * minLifeMs;

/** True if the poll requests fresh URLs now. */
export function refreshDue(expiresAt: string, now: Date): boolean {
  return Date.parse(expiresAt) - now.getTime() <= leadMs;
}

/** An expiry that makes a refresh due after `ms`. */
export function expiryDueIn(ms: number, now: Date): string {
  return new Date(now.getTime() + leadMs + ms).toISOString();
}

/** True if each log of the record has a stored URL that lasts longer than `lifeMs`. */
function isUsable(
  stored: SignedLogUrls | undefined,
  { log_names }: JobRecord,
  lifeMs: number,
  now: Date,
): stored is SignedLogUrls {
  return (
    stored !== undefined &&
    Date.parse(stored.expires_at) - now.getTime() > lifeMs &&
    log_names.every((log) => Object.hasOwn(stored.urls, log))
  );
}

/**
 * Fetches signed log URLs from a backend that signs and stores them, unless the stored ones last long enough.
 * @throws ServiceError `job_not_found`.
 */
export async function refreshLogUrls(
  ports: RefreshLogUrlsPorts,
  name: string,
  options: CallOptions = {},
): Promise<void> {
  const [found, stored] = await Promise.all([ports.records.get(name, options), ports.logUrls.get(name, options)]);
  const record = visibleJob(found, {});
  if (record === undefined) throw jobNotFound(name);
  if (!isUsable(stored, record, leadMs, ports.clock.now())) await fetchLogUrls(ports, record, options);
}

/** Log name -> signed URL that can be read now. Empty if the backend does not sign or does not have the job. */
export async function signedLogUrls(
  ports: RefreshLogUrlsPorts,
  record: JobRecord,
  options: CallOptions = {},
): Promise<Readonly<Record<string, string>>> {
  const stored = await ports.logUrls.get(record.name, options);
  if (isUsable(stored, record, minLifeMs, ports.clock.now())) return stored.urls;
  // Saves a call that an unreachable backend could not answer: it has no log of a job that it does not have.
  if (record.status === "NotStarted" && isBeforeDispatch(record)) return {};
  return (await fetchLogUrls(ports, record, options))?.urls ?? {};
}

/** Fetches signed log URLs and stores them, whether the stored ones still work or not. */
export async function fetchLogUrls(
  { backend, logUrls, openJobs }: RefreshLogUrlsPorts,
  { name, submission_id }: JobRecord,
  options: CallOptions,
): Promise<SignedLogUrls | undefined> {
  const fresh = await backend.logUrls?.({ name, submission_id }, options);
  if (fresh === undefined) return undefined;
  await logUrls.put(name, fresh, options);
  await openJobs.merge(name, { log_urls_expire_at: fresh.expires_at }, options);
  return fresh;
}
