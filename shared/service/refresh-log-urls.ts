import type { Backend, CallOptions, Clock, LogUrlStore, OpenJobs, RecordStore, SignedLogUrls } from "../core/ports.ts";

export interface RefreshLogUrlsPorts {
  readonly records: RecordStore;
  readonly openJobs: OpenJobs;
  readonly logUrls: LogUrlStore;
  readonly backend: Backend;
  readonly clock: Clock;
}

/** URLs that end within this time are fetched anew, so that what a caller gets lasts a while. */
const minLifeMs = 5 * 60_000;

/** True while the URLs can be handed out. */
export function stillGood(urls: SignedLogUrls, now: Date): boolean {
  return Date.parse(urls.expires_at) - now.getTime() > minLifeMs;
}

/** When the poll should ask for fresh ones: well before the first of them ends. */
export function refreshDue(expiresAt: string, now: Date): boolean {
  return Date.parse(expiresAt) - now.getTime() <= 2 * minLifeMs;
}

/**
 * Fetches signed log URLs from a backend that signs and keeps them; those that are still good are kept as they are.
 * Undefined: the backend does not sign, or does not know the job.
 */
export async function refreshLogUrls(ports: RefreshLogUrlsPorts, name: string, options: CallOptions = {}): Promise<SignedLogUrls | undefined> {
  const { backend, logUrls, openJobs, clock } = ports;
  if (backend.logUrls === undefined) return undefined;
  const found = await ports.records.get(name, options);
  if (found === undefined) return undefined;
  const kept = await logUrls.get(name, options);
  const complete = kept !== undefined && found.value.log_names.every((log) => Object.hasOwn(kept.urls, log));
  if (complete && stillGood(kept, clock.now()) && !refreshDue(kept.expires_at, clock.now())) return kept;
  const fresh = await backend.logUrls({ name, submission_id: found.value.submission_id }, options);
  if (fresh === undefined) return kept;
  await logUrls.put(name, fresh, options);
  await openJobs.merge(name, { log_urls_expire_at: fresh.expires_at }, options);
  return fresh;
}
