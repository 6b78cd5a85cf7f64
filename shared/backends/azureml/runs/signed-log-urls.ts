/** Signed URLs of a job's logs, and the time at which the first of them expires. */
import type { SignedLogUrls } from "../../../core/ports/storage-ports.ts";
import { isBlobSafePath } from "../../../core/text/blob-safe-path.ts";
import type { IsAllowedStorageUrl } from "../http/allowed-storage-urls.ts";
import { type JsonObject, objectAt } from "../http/json.ts";

const maxLogs = 500;
/** Lifetime of a URL that has no expiry time. */
const unknownLifetimeMs = 15 * 60_000;
const maxLifetimeMs = 8 * 3_600_000;

/** Log name -> signed URL, sorted by name, at most 500; without URLs that are not allowed. */
export function logUrls(details: JsonObject, isAllowedUrl: IsAllowedStorageUrl): Readonly<Record<string, string>> {
  const logs = Object.entries(objectAt(details, "logFiles")).filter(
    (entry): entry is [string, string] =>
      isBlobSafePath(entry[0]) && typeof entry[1] === "string" && isAllowedUrl(entry[1]),
  );
  return Object.fromEntries(logs.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, maxLogs));
}

/** The signed URLs in run details that were requested at `requestedAt`. */
export function signedLogUrls(
  details: JsonObject,
  { requestedAt, isAllowedUrl }: { readonly requestedAt: Date; readonly isAllowedUrl: IsAllowedStorageUrl },
): SignedLogUrls {
  const now = requestedAt.getTime();
  const urls = logUrls(details, isAllowedUrl);
  const expiries = Object.values(urls).map((url) => expiryTime(url) ?? now + unknownLifetimeMs);
  const first = Math.min(...expiries, now + maxLifetimeMs);
  return { urls, expires_at: new Date(first).toISOString(), refreshed_at: requestedAt.toISOString() };
}

/** Milliseconds since the epoch. The user delegation key (`ske`) may expire before the signature (`se`). */
function expiryTime(url: string): number | undefined {
  const query = new URL(url).searchParams;
  const times = [query.get("se"), query.get("ske")]
    .map((text) => Date.parse(text ?? ""))
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : Math.min(...times);
}
