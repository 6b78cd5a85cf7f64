import type { Backend } from "../../core/ports/backend-port.ts";
import type { OpenJobs } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { LogUrlStore, RecordStore, SignedLogUrls } from "../../core/ports/storage-ports.ts";
import { isBeforeDispatch } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import type { Clock } from "../../lib/clock.ts";
import { getJob } from "../jobs/get-job.ts";

export interface RefreshLogUrlsPorts {
  readonly records: RecordStore;
  readonly openJobs: OpenJobs;
  readonly logUrls: LogUrlStore;
  readonly backend: Backend;
  readonly clock: Clock;
}

/** URLs that end within this time are not handed out any more, so that what a caller gets lasts a while. */
const minLifeMs = 5 * 60_000;
/** Well before that the poll asks for fresh ones. */
const leadMs = 2 * minLifeMs;

/** When the poll should ask for fresh ones. */
export function refreshDue(expiresAt: string, now: Date): boolean {
  return Date.parse(expiresAt) - now.getTime() <= leadMs;
}

/** An expiry that makes a refresh due after `ms`. */
export function expiryDueIn(ms: number, now: Date): string {
  return new Date(now.getTime() + leadMs + ms).toISOString();
}

/** A log for each name of the record, each with a URL that lasts longer than `lifeMs`. */
function serves(
  kept: SignedLogUrls | undefined,
  { log_names }: JobRecord,
  lifeMs: number,
  now: Date,
): kept is SignedLogUrls {
  return (
    kept !== undefined &&
    Date.parse(kept.expires_at) - now.getTime() > lifeMs &&
    log_names.every((log) => Object.hasOwn(kept.urls, log))
  );
}

/**
 * Fetches signed log URLs from a backend that signs and keeps them, unless those that are kept last long enough.
 * @throws ServiceError `job_not_found`.
 */
export async function refreshLogUrls(
  ports: RefreshLogUrlsPorts,
  name: string,
  options: CallOptions = {},
): Promise<void> {
  const [record, kept] = await Promise.all([
    getJob({ ...ports, scope: {} }, name, options),
    ports.logUrls.get(name, options),
  ]);
  if (!serves(kept, record, leadMs, ports.clock.now())) await fetchLogUrls(ports, record, options);
}

/** Log name -> signed URL that can be read now: as kept, or fetched. Empty when the backend does not sign, or has not got the job. */
export async function signedLogUrls(
  ports: RefreshLogUrlsPorts,
  record: JobRecord,
  options: CallOptions = {},
): Promise<Readonly<Record<string, string>>> {
  const kept = await ports.logUrls.get(record.name, options);
  if (serves(kept, record, minLifeMs, ports.clock.now())) return kept.urls;
  // A backend that is away could not answer, and it has no log of a job that it has not got.
  if (record.status === "NotStarted" && isBeforeDispatch(record)) return {};
  return (await fetchLogUrls(ports, record, options))?.urls ?? {};
}

/** Fetches signed log URLs, however long those last that are kept. */
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
