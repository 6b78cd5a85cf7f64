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
  /** Number of stored bundles. */
  readonly bundles: number;
  readonly removed: number;
  /** Jobs with an unreadable record. No bundle is removed then, because the record may refer to any of them. */
  readonly unreadable: readonly string[];
}

/** Far longer than a submission takes between the renewal of its bundle and the write of its record. */
const minAgeMs = 24 * 3_600_000;

/**
 * Removes the bundles that no job refers to and that were not renewed for a day. Safe while the service runs: the
 * bundles are listed before the records, so a bundle that a new job uses meanwhile has another ETag and is not deleted.
 */
export async function sweepBundles(
  { records, bundles, clock }: SweepBundlesPorts,
  options: CallOptions = {},
): Promise<SweepBundlesReport> {
  const expired = [];
  let total = 0;
  for await (const bundle of bundles.list(options)) {
    total += 1;
    if (clock.now().getTime() - Date.parse(bundle.renewed_at) > minAgeMs) expired.push(bundle);
  }
  const { referenced, unreadable } =
    expired.length === 0
      ? { referenced: new Set<string>(), unreadable: [] }
      : await referencedBundles(records, options);
  if (unreadable.length > 0) return { bundles: total, removed: 0, unreadable };
  let removed = 0;
  for (const { sha256, etag } of expired) {
    if (referenced.has(sha256)) continue;
    try {
      await bundles.delete(sha256, etag, options);
      removed += 1;
    } catch (error) {
      if (!isServiceError(error, "conflict")) throw error;
    }
  }
  return { bundles: total, removed, unreadable };
}

/** The bundles of all records, including those of jobs that are being deleted. */
async function referencedBundles(
  records: RecordStore,
  options: CallOptions,
): Promise<{ readonly referenced: Set<string>; readonly unreadable: readonly string[] }> {
  const referenced = new Set<string>();
  const unreadable: string[] = [];
  for await (const name of records.names(options)) {
    try {
      const sha256 = (await records.get(name, options))?.value.bundle_sha256;
      if (sha256 !== undefined) referenced.add(sha256);
    } catch (error) {
      if (!isUnreadableRecord(error)) throw error;
      unreadable.push(name);
    }
  }
  return { referenced, unreadable };
}
