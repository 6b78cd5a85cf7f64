/** How a record moves from one state to the next. Pure: every function returns a new record, or undefined when nothing changes. */

import { isAheadOfClock } from "../../lib/clock-jumps.ts";
import { defined } from "../../lib/defined.ts";
import { bounded, boundedError, boundedText } from "./bounds.ts";
import type { Observation } from "./messages.ts";
import type { Notice, NoticeCode, NoticeText } from "./notice.ts";
import { isFinished, phaseOf } from "./phases.ts";
import type { JobError, JobRecord, TimelineEntry } from "./record.ts";
import { isTerminal, mayFollow, type Status } from "./status.ts";

/** The record with changes, one revision on. Every write of a record goes through here. */
export function revise(record: JobRecord, changes: Partial<JobRecord>, now: Date): JobRecord {
  return { ...record, ...changes, revision: record.revision + 1, modified_at: now.toISOString() };
}

function withEntry(
  record: JobRecord,
  status: Status,
  source: TimelineEntry["source"],
  now: Date,
  message?: string,
): readonly TimelineEntry[] {
  const seq = (record.timeline.at(-1)?.seq ?? 0) + 1;
  return [
    ...record.timeline,
    { seq, status, at: now.toISOString(), source, ...(message === undefined ? {} : { message: boundedText(message) }) },
  ];
}

/**
 * True when the record has already seen something newer than this observation. With `now`, a time that the record has from a
 * clock which was set back since is older than any.
 */
export function isStale(record: JobRecord, observation: Observation, now?: Date): boolean {
  const [seen, said] = [record.backend_revision, observation.revision];
  if (seen !== undefined && said !== undefined && seen !== said) return said < seen;
  if (record.status_observed_at === undefined || (now !== undefined && isAheadOfClock(record.status_observed_at, now)))
    return false;
  return Date.parse(observation.observed_at) < Date.parse(record.status_observed_at);
}

/** What of an observation is kept besides the status; absent fields leave the record's as they are. */
function facts(observation: Observation): Partial<JobRecord> {
  const { revision, started_at, finished_at, backend_id, studio_url } = observation;
  const { error, services, log_names } = bounded(observation);
  const kept = {
    backend_revision: revision,
    started_at,
    finished_at,
    error,
    backend_id,
    studio_url,
    services,
    log_names,
  };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)) as Partial<JobRecord>;
}

/**
 * Takes an observation into the record. Ordered by the backend's revision where it has one, else by the time of asking: an
 * older one is dropped, and so is one that was taken before. One that says nothing new is still the newest: what was asked
 * before it must not count any more.
 */
export function applyObservation(record: JobRecord, observation: Observation, now: Date): JobRecord | undefined {
  if (isFinished(record) || isStale(record, observation, now)) return undefined;
  const status = mayFollow(record.status, observation.status) ? observation.status : record.status;
  const news = facts(observation);
  const changed = status !== record.status;
  const notice = observedNotice(record, status, observation.notice, now);
  const fresh =
    notice !== record.notice ||
    Object.entries(news).some(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(record[key as keyof JobRecord]),
    );
  if (!changed && !fresh && observation.observed_at === record.status_observed_at) return undefined;
  // Only what was asked before this answer is answered by it.
  const not_found_at = record.not_found_at?.filter(
    (at) => Date.parse(at) > Date.parse(observation.observed_at) && !isAheadOfClock(at, now),
  );
  return revise(
    withNotice(record, notice),
    {
      ...news,
      ...defined({ not_found_at }),
      status,
      status_observed_at: observation.observed_at,
      ...(isTerminal(status) && news.finished_at === undefined ? { finished_at: observation.observed_at } : {}),
      ...(changed ? { timeline: withEntry(record, status, "backend", now, endMessage(status, observation)) } : {}),
    },
    now,
  );
}

/** The message of an entry of the timeline. The log of a job that has ended is not mentioned by any later entry. */
function endMessage(status: Status, { error, notice }: Observation): string | undefined {
  const texts = [
    error?.message,
    ...(isTerminal(status) && notice?.code === "log_incomplete" ? [notice.message] : []),
  ].filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts.join(" ");
}

/** Ends a job that cannot go on, for a reason of the service or a refusal of the backend. */
export function fail(record: JobRecord, error: JobError, now: Date): JobRecord | undefined {
  if (isFinished(record)) return undefined;
  const finished_at = now.toISOString();
  return revise(
    withNotice(record, noticeAtEnd(record)),
    {
      status: "Failed",
      error: boundedError(error),
      finished_at,
      timeline: withEntry(record, "Failed", "service", now, error.message),
    },
    now,
  );
}

/** Ends a job that the backend surely does not have: Canceled where that was wished, else Failed. */
export function endUndispatched(record: JobRecord, error: JobError, now: Date): JobRecord | undefined {
  if (record.cancel_requested_at === undefined || isFinished(record)) return fail(record, error, now);
  const timeline = withEntry(
    record,
    "Canceled",
    "service",
    now,
    `The backend ${record.backend} does not have the job.`,
  );
  return revise(
    withNotice(record, noticeAtEnd(record)),
    { status: "Canceled", finished_at: now.toISOString(), timeline },
    now,
  );
}

/** The notice as it is from now on; the one that is there when nothing of it is new. */
function noticeOf({ notice }: JobRecord, said: NoticeText | undefined, now: Date): Notice | undefined {
  if (said === undefined || (said.code === notice?.code && boundedText(said.message) === notice.message))
    return said && notice;
  return {
    code: said.code,
    message: boundedText(said.message),
    since: said.code === notice?.code ? notice.since : now.toISOString(),
  };
}

function withNotice({ notice: _before, ...record }: JobRecord, notice: Notice | undefined): JobRecord {
  return notice === undefined ? record : { ...record, notice };
}

/** Texts of one outage differ from call to call, so a notice of the same code is written again only after this time. */
const noticeMs = 5 * 60_000;

/** Gives a job a notice; `since` stays while the code stays the same. Undefined for a finished job, whose edit alone can wait. */
export function setNotice(record: JobRecord, said: NoticeText, now: Date): JobRecord | undefined {
  if (isFinished(record) && said.code !== "edit_not_sent") return undefined;
  if (record.notice?.code === said.code && Math.abs(now.getTime() - Date.parse(record.modified_at)) < noticeMs)
    return undefined;
  const notice = noticeOf(record, said, now);
  return notice === record.notice ? undefined : revise(withNotice(record, notice), {}, now);
}

/** Takes the notice of this code away. */
export function clearNotice(record: JobRecord, code: NoticeCode, now: Date): JobRecord | undefined {
  return record.notice?.code === code ? revise(withNotice(record, undefined), {}, now) : undefined;
}

/** Notices about calls that observations do not cover: the call removes them when it succeeds. */
const keptByObservations: readonly NoticeCode[] = ["cancel_not_sent", "edit_not_sent"];

/** The notice after an observation. */
function observedNotice(
  record: JobRecord,
  status: Status,
  said: NoticeText | undefined,
  now: Date,
): Notice | undefined {
  if (isTerminal(status)) return said?.code === "log_incomplete" ? noticeOf(record, said, now) : noticeAtEnd(record);
  const kept = said === undefined && record.notice !== undefined && keptByObservations.includes(record.notice.code);
  return kept ? record.notice : noticeOf(record, said, now);
}

function noticeAtEnd({ notice }: JobRecord): Notice | undefined {
  return notice?.code === "edit_not_sent" ? notice : undefined;
}

/** Gives the job the notice that it belongs to another backend than the one that the service runs. */
export function setOtherBackendNotice(record: JobRecord, running: string, now: Date): JobRecord | undefined {
  const { backend } = record;
  const message =
    `The job belongs to the backend ${backend}, and the service now runs ${running}: it is neither started nor polled ` +
    `until the service runs ${backend} again.`;
  return setNotice(record, { code: "other_backend", message }, now);
}

/** How many times in a row a backend may not know a job before the job is given up. */
const maxNotFound = 3;

/**
 * Counts that the backend, asked at a time, did not know the job; the third time in a row ends it as `backend_job_not_found`.
 * A time that was counted before, or is older than what the backend said since, does not count.
 */
export function countNotFound(record: JobRecord, askedAt: string, now: Date): JobRecord | undefined {
  const counted = record.not_found_at?.filter((at) => !isAheadOfClock(at, now)) ?? [];
  const said = record.status_observed_at;
  const newest = counted.at(-1) ?? (said === undefined || isAheadOfClock(said, now) ? undefined : said);
  if (isFinished(record) || (newest !== undefined && Date.parse(askedAt) <= Date.parse(newest))) return undefined;
  const not_found_at = [...counted, askedAt];
  if (not_found_at.length < maxNotFound) return revise(record, { not_found_at }, now);
  const message = `The backend ${record.backend} did not know the job when asked ${maxNotFound} times in a row; it may have been deleted there.`;
  return fail({ ...record, not_found_at }, { code: "backend_job_not_found", message }, now);
}

/** Claims the job for a dispatch: from here on the backend may have it. Undefined when it is claimed already. */
export function claimDispatch(record: JobRecord, now: Date): JobRecord | undefined {
  return phaseOf(record) === "accepted" ? revise(record, { dispatch_claimed_at: now.toISOString() }, now) : undefined;
}

/**
 * Records a caller's wish to cancel: Canceled at once while no dispatch is claimed, else CancelRequested until the backend
 * answers. Undefined when it was asked for before. The caller checks `canCancel` first.
 */
export function requestCancel(record: JobRecord, now: Date): JobRecord | undefined {
  if (record.status === "Canceled" || record.status === "CancelRequested") return undefined;
  const at = now.toISOString();
  if (phaseOf(record) === "accepted") {
    const timeline = withEntry(record, "Canceled", "caller", now);
    return revise(
      withNotice(record, noticeAtEnd(record)),
      { status: "Canceled", cancel_requested_at: at, finished_at: at, timeline },
      now,
    );
  }
  return revise(
    record,
    {
      status: "CancelRequested",
      cancel_requested_at: at,
      timeline: withEntry(record, "CancelRequested", "caller", now),
    },
    now,
  );
}

/** Only an active job that is not finishing can be canceled; asking twice is fine. */
export function canCancel(status: Status): boolean {
  return status === "Canceled" || (status !== "Finalizing" && !isTerminal(status));
}

/** Notes in the timeline that the backend will not cancel; the job goes on as it is. */
export function recordCancelRefusal(record: JobRecord, reason: string, now: Date): JobRecord | undefined {
  if (isFinished(record)) return undefined;
  const message = `The backend refused to cancel: ${reason}`;
  if (record.timeline.at(-1)?.message === message) return undefined;
  return revise(record, { timeline: withEntry(record, record.status, "backend", now, message) }, now);
}

/** Entries that a record keeps at the most, unless their events are not out yet. */
const maxTimeline = 500;

/** The record without the oldest published entries of a timeline that is too long; `publishedSeq` is the newest published one. */
export function trimTimeline(record: JobRecord, publishedSeq: number): JobRecord {
  const surplus = record.timeline.length - maxTimeline;
  if (surplus <= 0) return record;
  return {
    ...record,
    timeline: record.timeline.filter((entry, index) => index >= surplus || entry.seq > publishedSeq),
  };
}
