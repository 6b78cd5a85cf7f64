/** Changes of a record's notice. Pure: a function returns the next record, or undefined if nothing changes. */

import { boundedText } from "./bounds.ts";
import type { Notice, NoticeCode, NoticeText } from "./notice.ts";
import { isFinished } from "./phases.ts";
import type { JobRecord } from "./record.ts";
import { revise } from "./revise.ts";
import { isTerminal, type Status } from "./status.ts";

/** Time before a notice of the same code is written again: the messages of one outage vary between calls. */
const rewriteMs = 5 * 60_000;

/**
 * Sets the notice of a job; `since` is the start of the current code. Only `edit_not_sent` can be set on a finished
 * job.
 */
export function setNotice(record: JobRecord, text: NoticeText, now: Date): JobRecord | undefined {
  if (isFinished(record) && text.code !== "edit_not_sent") return undefined;
  if (record.notice?.code === text.code && Math.abs(now.getTime() - Date.parse(record.modified_at)) < rewriteMs)
    return undefined;
  const notice = nextNotice(record, text, now);
  return notice === record.notice ? undefined : revise(withNotice(record, notice), {}, now);
}

/** Removes the notice if it has this code. */
export function clearNotice(record: JobRecord, code: NoticeCode, now: Date): JobRecord | undefined {
  return record.notice?.code === code ? revise(withNotice(record, undefined), {}, now) : undefined;
}

/** Sets the notice of a job of a backend that the service does not run. */
export function setOtherBackendNotice(record: JobRecord, running: string, now: Date): JobRecord | undefined {
  const { backend } = record;
  const message =
    `The job belongs to the backend ${backend}, and the service now runs ${running}: it is neither started nor ` +
    `polled until the service runs ${backend} again.`;
  return setNotice(record, { code: "other_backend", message }, now);
}

/** The record with this notice, or without one. */
export function withNotice({ notice: _before, ...record }: JobRecord, notice: Notice | undefined): JobRecord {
  return notice === undefined ? record : { ...record, notice };
}

/** The record of a job that ends. Its notice is removed, unless it is about an edit that must still be sent. */
export function withNoticeAtEnd(record: JobRecord): JobRecord {
  return withNotice(record, noticeAtEnd(record));
}

/** Notices that observations do not remove; they are removed when their call succeeds. */
const unaffectedByObservations: readonly NoticeCode[] = ["cancel_not_sent", "edit_not_sent"];

/** The notice after an observation that has this status and this notice. */
export function noticeAfterObservation(
  record: JobRecord,
  status: Status,
  observed: NoticeText | undefined,
  now: Date,
): Notice | undefined {
  const { notice } = record;
  if (isTerminal(status))
    return observed?.code === "log_incomplete" ? nextNotice(record, observed, now) : noticeAtEnd(record);
  if (observed !== undefined) return nextNotice(record, observed, now);
  return notice !== undefined && unaffectedByObservations.includes(notice.code) ? notice : undefined;
}

/** The notice with this text; the current object if nothing changes. */
function nextNotice({ notice }: JobRecord, { code, message }: NoticeText, now: Date): Notice {
  const text = boundedText(message);
  if (notice?.code !== code) return { code, message: text, since: now.toISOString() };
  return notice.message === text ? notice : { ...notice, message: text };
}

function noticeAtEnd({ notice }: JobRecord): Notice | undefined {
  return notice?.code === "edit_not_sent" ? notice : undefined;
}
