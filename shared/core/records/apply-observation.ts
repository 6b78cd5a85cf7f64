/**
 * Changes of a record by observations of the backend. Pure: a function returns the next record, or undefined if nothing
 * changes.
 */

import { isAheadOfClock } from "../../lib/clock-jumps.ts";
import { defined } from "../../lib/defined.ts";
import { bounded } from "./bounds.ts";
import type { Observation } from "./messages.ts";
import { isFinished } from "./phases.ts";
import type { JobRecord } from "./record.ts";
import { failJob } from "./record-changes.ts";
import { revise, withEntry } from "./revise.ts";
import { noticeAfterObservation, withNotice } from "./set-notice.ts";
import { isTerminal, type Status } from "./status.ts";
import { mayFollow } from "./status-transitions.ts";

/**
 * True if the record has a newer observation than this one. With `now`, a time in the future was stored before the
 * clock was set back, and counts as older than any other.
 */
export function isStale(record: JobRecord, observation: Observation, now?: Date): boolean {
  const [stored, observed] = [record.backend_revision, observation.revision];
  if (stored !== undefined && observed !== undefined && stored !== observed) return observed < stored;
  if (record.status_observed_at === undefined || (now !== undefined && isAheadOfClock(record.status_observed_at, now)))
    return false;
  return Date.parse(observation.observed_at) < Date.parse(record.status_observed_at);
}

/**
 * The fields of an observation that are stored, besides the status. Absent fields do not change those of the record.
 */
function storedFields(observation: Observation): Partial<JobRecord> {
  const { revision, started_at, finished_at, backend_id, studio_url } = observation;
  const { error, services, log_names } = bounded(observation);
  return defined({
    backend_revision: revision,
    started_at,
    finished_at,
    error,
    backend_id,
    studio_url,
    services,
    log_names,
  }) as Partial<JobRecord>;
}

/**
 * Applies an observation to the record. Observations are ordered by the backend's revision, if it has one, otherwise by
 * the time of the request; older and repeated ones are ignored. An observation without changes is stored too, so that
 * older ones are still ignored.
 */
export function applyObservation(record: JobRecord, observation: Observation, now: Date): JobRecord | undefined {
  if (isFinished(record) || isStale(record, observation, now)) return undefined;
  const status = mayFollow(record.status, observation.status) ? observation.status : record.status;
  const observed = storedFields(observation);
  const changed = status !== record.status;
  const notice = noticeAfterObservation(record, status, observation.notice, now);
  const hasNewFields =
    notice !== record.notice ||
    Object.entries(observed).some(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(record[key as keyof JobRecord]),
    );
  if (!changed && !hasNewFields && observation.observed_at === record.status_observed_at) return undefined;
  // A found job clears only the earlier requests that did not find it.
  const not_found_at = record.not_found_at?.filter(
    (at) => Date.parse(at) > Date.parse(observation.observed_at) && !isAheadOfClock(at, now),
  );
  return revise(
    withNotice(record, notice),
    {
      ...observed,
      ...defined({ not_found_at }),
      status,
      status_observed_at: observation.observed_at,
      ...(isTerminal(status) && observed.finished_at === undefined ? { finished_at: observation.observed_at } : {}),
      ...(changed ? { timeline: withEntry(record, status, "backend", now, endMessage(status, observation)) } : {}),
    },
    now,
  );
}

/** The message of a timeline entry. The last one also reports an incomplete log. */
function endMessage(status: Status, { error, notice }: Observation): string | undefined {
  const texts = [
    error?.message,
    ...(isTerminal(status) && notice?.code === "log_incomplete" ? [notice.message] : []),
  ].filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts.join(" ");
}

/** Requests in a row that do not find a job before it ends as Failed. */
const maxNotFound = 3;

/**
 * Counts a request at which the backend did not have the job; the third in a row ends the job as
 * `backend_job_not_found`. Requests that were counted before, or are older than the last observation, do not count.
 */
export function countNotFound(record: JobRecord, requestedAt: string, now: Date): JobRecord | undefined {
  const counted = record.not_found_at?.filter((at) => !isAheadOfClock(at, now)) ?? [];
  const observedAt = record.status_observed_at;
  const newest =
    counted.at(-1) ?? (observedAt === undefined || isAheadOfClock(observedAt, now) ? undefined : observedAt);
  if (isFinished(record) || (newest !== undefined && Date.parse(requestedAt) <= Date.parse(newest))) return undefined;
  const not_found_at = [...counted, requestedAt];
  if (not_found_at.length < maxNotFound) return revise(record, { not_found_at }, now);
  const message =
    `The backend ${record.backend} did not find the job at ${maxNotFound} requests in a row; ` +
    "it may have been deleted there.";
  return failJob({ ...record, not_found_at }, { code: "backend_job_not_found", message }, now);
}
