import { boundedText } from "./bounds.ts";
import type { JobRecord, TimelineEntry } from "./record.ts";
import type { Status } from "./status.ts";

/** The record with these changes, as its next revision. */
export function revise(record: JobRecord, changes: Partial<JobRecord>, now: Date): JobRecord {
  return { ...record, ...changes, revision: record.revision + 1, modified_at: now.toISOString() };
}

/** The timeline with one more entry. */
export function withEntry(
  record: JobRecord,
  status: Status,
  source: TimelineEntry["source"],
  now: Date,
  message?: string,
): readonly TimelineEntry[] {
  const seq = (record.timeline.at(-1)?.seq ?? 0) + 1;
  const text = message === undefined ? {} : { message: boundedText(message) };
  return [...record.timeline, { seq, status, at: now.toISOString(), source, ...text }];
}

/** Maximum number of timeline entries of a record, not counting those with unpublished events. */
const maxTimeline = 500;

/**
 * The record without the oldest published entries of a timeline that is too long. `publishedSeq`: the newest published
 * one.
 */
export function trimTimeline(record: JobRecord, publishedSeq: number): JobRecord {
  const surplus = record.timeline.length - maxTimeline;
  if (surplus <= 0) return record;
  const timeline = record.timeline.filter((entry, index) => index >= surplus || entry.seq > publishedSeq);
  return { ...record, timeline };
}
