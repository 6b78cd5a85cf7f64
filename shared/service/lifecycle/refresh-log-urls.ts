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

/** Shortest remaining validity of a URL that a caller receives. */
const minValidityMs = 5 * 60_000;
/** Remaining validity at which the poll requests fresh URLs. */
const refreshBeforeMs = 2 * minValidityMs;

/** True if the poll requests fresh URLs now. */
export function refreshDue(expiresAt: string, now: Date): boolean {
  return Date.parse(expiresAt) - now.getTime() <= refreshBeforeMs;
}

/** An expiry that makes a refresh due after `ms`. */
export function expiryDueIn(ms: number, now: Date): string {
  return new Date(now.getTime() + refreshBeforeMs + ms).toISOString();
}

/** True if each log of the record has a stored URL that is valid for longer than `validityMs`. */
function isUsable(
  stored: SignedLogUrls | undefined,
  { log_names }: JobRecord,
  validityMs: number,
  now: Date,
): stored is SignedLogUrls {
  return (
    stored !== undefined &&
    Date.parse(stored.expires_at) - now.getTime() > validityMs &&
    log_names.every((log) => Object.hasOwn(stored.urls, log))
  );
}

/**
 * Fetches signed log URLs from a backend that signs and stores them, unless the stored ones are valid for long enough.
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
  if (!isUsable(stored, record, refreshBeforeMs, ports.clock.now())) await fetchLogUrls(ports, record, options);
}

/** Log name -> valid signed URL. Empty if the backend does not sign or does not have the job. */
export async function usableLogUrls(
  ports: RefreshLogUrlsPorts,
  record: JobRecord,
  options: CallOptions = {},
): Promise<Readonly<Record<string, string>>> {
  const stored = await ports.logUrls.get(record.name, options);
  if (isUsable(stored, record, minValidityMs, ports.clock.now())) return stored.urls;
  // Skips a call that would fail while the backend is unreachable: a job that was not dispatched has no logs there.
  if (record.status === "NotStarted" && isBeforeDispatch(record)) return {};
  return (await fetchLogUrls(ports, record, options))?.urls ?? {};
}

/** Fetches signed log URLs and stores them, even if the stored ones are still valid. */
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
