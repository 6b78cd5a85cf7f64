import type { NoticeCode } from "./notice.ts";
import type { JobRecord } from "./record.ts";

/** A record of version 1, which had the notices of today among its errors. */
type FirstRecord = Omit<JobRecord, "schema_version" | "notice"> & { readonly schema_version: 1 };

const noticesOfFirst: readonly string[] = ["update_failed", "other_backend"] satisfies NoticeCode[];

/** A stored record in the form of today, whichever version wrote it. */
export function readRecord(stored: unknown): JobRecord {
  const record = stored as JobRecord | FirstRecord;
  if (record.schema_version !== 1) return record;
  const { error, ...rest } = record;
  if (error === undefined || !noticesOfFirst.includes(error.code)) return { ...record, schema_version: 2 };
  return { ...rest, schema_version: 2, notice: { code: error.code as NoticeCode, message: error.message, since: record.modified_at } };
}
