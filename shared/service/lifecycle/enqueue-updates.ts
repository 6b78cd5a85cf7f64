import type { OpenJob, OpenJobChanges } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { Queues } from "../../core/ports/storage-ports.ts";
import type { Observation } from "../../core/records/messages.ts";
import { wasDispatched } from "../../core/records/phases.ts";
import { observationDigest } from "../../core/text/digest.ts";
import type { Observations } from "./observe-jobs.ts";
import { expiryDueIn, refreshDue } from "./refresh-log-urls.ts";
import type { SendCancelPorts } from "./send-cancel.ts";

export interface PollPorts extends SendCancelPorts {
  readonly queues: Queues;
  /** Shortest and longest time between two polls of a job. */
  readonly pollMinSeconds: number;
  readonly pollMaxSeconds: number;
}

/** Time before a message that may still be queued is sent again. */
export const resendMs = 60_000;
export const maxResendMs = 600_000;
/** A dispatch that is overdue for longer was not retried, because the service was stopped. */
const gapMs = 3_600_000;
/** Shortest wait after a job was not found, in poll intervals, because the backend may not list a new job yet. */
const notFoundPolls = 5;

interface RowUpdate {
  readonly changes: OpenJobChanges;
  readonly messages: readonly (() => Promise<void>)[];
}

/**
 * Enqueues the dispatch of jobs that the backend does not have yet, and an update for each job that changed; returns
 * the number of messages. The rows are written first: a crash after the write delays a message by a minute, and no
 * update is enqueued twice.
 */
export async function enqueueUpdates(
  ports: PollPorts,
  rows: readonly OpenJob[],
  { observed, failed }: Observations,
  options: CallOptions,
): Promise<number> {
  const now = ports.clock.now();
  const failedNames = new Set(failed.map(({ name }) => name));
  const updates = rows.flatMap((row) => {
    const { name } = row;
    const job = observed.get(name);
    if (failedNames.has(name)) return [{ name, changes: nextPoll(ports, row, undefined, now), messages: [] }];
    if (!wasDispatched(row)) return [{ name, ...resendDispatch(ports, row, now, options) }];
    return job === undefined ? [] : [{ name, ...updateOf(ports, row, job.observation, now, options) }];
  });
  const changed = updates.filter(({ changes }) => Object.keys(changes).length > 0);
  if (changed.length > 0) await ports.openJobs.mergeMany(changed, options);
  const messages = updates.flatMap((update) => update.messages);
  await Promise.all(messages.map((send) => send()));
  return messages.length;
}

/** Enqueues a dispatch again that was postponed or lost. (Rows without a record are deleted by healing.) */
function resendDispatch({ queues }: PollPorts, row: OpenJob, now: Date, options: CallOptions): RowUpdate {
  const { name, submission_id, created_at } = row;
  // The wait doubles, because with a long queue each job would otherwise get one more message per minute.
  const waitMs = Math.min(maxResendMs, Math.max(resendMs, now.getTime() - Date.parse(created_at)));
  const next_poll_at = new Date(now.getTime() + waitMs).toISOString();
  const wasStopped = now.getTime() - Date.parse(row.next_poll_at) > gapMs;
  return {
    changes: { next_poll_at, ...(wasStopped ? { tried_from: now.toISOString() } : {}) },
    messages: [() => queues.sendDispatch({ schema_version: 1, name, submission_id }, options)],
  };
}

/** The changes and messages that an observation causes; undefined: the backend does not have the job. */
function updateOf(
  ports: PollPorts,
  row: OpenJob,
  observation: Observation | undefined,
  now: Date,
  options: CallOptions,
): RowUpdate {
  const envelope = { schema_version: 1, name: row.name, submission_id: row.submission_id } as const;
  const messages: (() => Promise<void>)[] = [];
  const changes: { -readonly [K in keyof OpenJobChanges]: OpenJobChanges[K] } = nextPoll(ports, row, observation, now);
  const digest = observation === undefined ? "not_found" : observationDigest(observation);
  if (isNewObservation(row, digest, now)) {
    Object.assign(changes, { sent_digest: digest, sent_at: now.toISOString() });
    const observed =
      observation === undefined
        ? ({ kind: "not_found", observed_at: now.toISOString() } as const)
        : ({ kind: "status", observation } as const);
    messages.push(() => ports.queues.sendUpdate({ ...envelope, ...observed }, options));
  }
  if (areLogUrlsDue(ports, row, observation, now)) {
    // Due again in a minute if this message is lost; the refresh stores the real expiry.
    changes.log_urls_expire_at = expiryDueIn(resendMs, now);
    messages.push(() => ports.queues.sendUpdate({ ...envelope, kind: "log_urls" }, options));
  }
  return { changes, messages };
}

/**
 * True for an observation that is neither applied nor queued. Also for each `not_found`, because these are counted, and
 * for the first other observation after one.
 */
function isNewObservation(row: OpenJob, digest: string, now: Date): boolean {
  if (digest === "not_found" || row.sent_digest === "not_found") return true;
  const isQueued =
    row.sent_digest === digest &&
    row.sent_at !== undefined &&
    Math.abs(now.getTime() - Date.parse(row.sent_at)) < resendMs;
  return digest !== row.applied_digest && !isQueued;
}

/** Signed URLs are fetched once the job has logs, and refreshed before they expire. */
function areLogUrlsDue(
  { backend }: PollPorts,
  { log_urls_expire_at }: OpenJob,
  observation: Observation | undefined,
  now: Date,
): boolean {
  if (log_urls_expire_at !== undefined) return refreshDue(log_urls_expire_at, now);
  return backend.logs === "signed" && (observation?.log_names ?? []).length > 0;
}

/**
 * A job is polled again after a tenth of its age, within the bounds. The shortest interval needs no write, because the
 * row stays due.
 */
function nextPoll(
  { pollMinSeconds, pollMaxSeconds }: PollPorts,
  row: OpenJob,
  observation: Observation | undefined,
  now: Date,
): OpenJobChanges {
  const ageSeconds = (now.getTime() - Date.parse(row.created_at)) / 1000;
  const minSeconds = observation === undefined ? notFoundPolls * pollMinSeconds : pollMinSeconds;
  const seconds = Math.min(pollMaxSeconds, Math.max(minSeconds, ageSeconds / 10));
  if (seconds <= pollMinSeconds) return {};
  return { next_poll_at: new Date(now.getTime() + seconds * 1000).toISOString() };
}
