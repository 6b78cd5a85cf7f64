import { isServiceError } from "../../core/errors.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { BundleStore, RecordStore } from "../../core/ports/storage-ports.ts";
import { isUnreadableRecord } from "../../core/records/is-unreadable-record.ts";
import type { Clock } from "../../lib/clock.ts";

export interface SweepBundlesPorts {
  readonly records: RecordStore;
  readonly bundles: BundleStore;
  readonly clock: Clock;
}

export interface SweepBundlesReport {
  readonly bundles: number;
  readonly removed: number;
  /** Jobs whose records cannot be read. Each may name any bundle, so with one of them none is removed. */
  readonly unreadable: readonly string[];
}

/** A submission renews its bundle and commits its job within seconds. */
const youngMs = 24 * 3_600_000;

/**
 * Removes the bundles that no job names and that nobody renewed for a day. Safe while the service runs: the bundles are
 * looked at before the records, so a job that takes one of them meanwhile has changed its ETag, and it stays.
 */
export async function sweepBundles(
  { records, bundles, clock }: SweepBundlesPorts,
  options: CallOptions = {},
): Promise<SweepBundlesReport> {
  const old = [];
  let all = 0;
  for await (const bundle of bundles.list(options)) {
    all += 1;
    if (clock.now().getTime() - Date.parse(bundle.renewed_at) > youngMs) old.push(bundle);
  }
  const { named, unreadable } =
    old.length === 0 ? { named: new Set<string>(), unreadable: [] } : await namedBundles(records, options);
  if (unreadable.length > 0) return { bundles: all, removed: 0, unreadable };
  let removed = 0;
  for (const { sha256, etag } of old) {
    if (named.has(sha256)) continue;
    try {
      await bundles.delete(sha256, etag, options);
      removed += 1;
    } catch (error) {
      if (!isServiceError(error, "conflict")) throw error;
    }
  }
  return { bundles: all, removed, unreadable };
}

/** Of every record, those of jobs that are being deleted included: what is kept too long does no harm. */
async function namedBundles(
  records: RecordStore,
  options: CallOptions,
): Promise<{ readonly named: Set<string>; readonly unreadable: readonly string[] }> {
  const named = new Set<string>();
  const unreadable: string[] = [];
  for await (const name of records.names(options)) {
    try {
      const sha256 = (await records.get(name, options))?.value.bundle_sha256;
      if (sha256 !== undefined) named.add(sha256);
    } catch (error) {
      if (!isUnreadableRecord(error)) throw error;
      unreadable.push(name);
    }
  }
  return { named, unreadable };
}
