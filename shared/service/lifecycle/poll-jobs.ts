import { isServiceError, type ServiceError } from "../../core/errors.ts";
import type { OpenJob, OpenJobChanges } from "../../core/ports/open-jobs.ts";
import { isOutage } from "../../core/ports/outage.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { Queues } from "../../core/ports/storage-ports.ts";
import type { Observation } from "../../core/records/messages.ts";
import { wasDispatched } from "../../core/records/phases.ts";
import { observationDigest } from "../../core/text/digest.ts";
import { clockWentBack } from "../../lib/clock-jumps.ts";
import { defined } from "../../lib/defined.ts";
import { startStopwatch } from "../../lib/stopwatch.ts";
import { pauseBackend } from "./pause-backend.ts";
import { expiryDueIn, refreshDue } from "./refresh-log-urls.ts";
import type { SendCancelPorts } from "./send-cancel.ts";
import { type FailedCall, sendCancels } from "./send-cancels.ts";
import { setOtherBackendNotices } from "./set-other-backend-notices.ts";
import { type Asked, setPauseNotices, setUnansweredNotices } from "./set-unanswered-notices.ts";

export interface PollPorts extends SendCancelPorts {
  readonly queues: Queues;
  readonly pollMinSeconds: number;
  readonly pollMaxSeconds: number;
}

export interface PollReport {
  readonly due: number;
  /** Messages sent. */
  readonly sent: number;
  /** Jobs that are due and wait for the next tick. */
  readonly left: number;
  /** Jobs of which the backend could not speak, with the reason; they are looked at again later. */
  readonly failed: readonly FailedCall[];
  /** Cancels that did not reach the backend, with the reason; they are sent again. */
  readonly cancels?: readonly FailedCall[];
  /** Why the backend was not asked about all of them, if it could not be. */
  readonly outage?: ServiceError;
  /** Until when the backend wants no calls, if it does. */
  readonly pause?: Date;
  /** What is to be known of jobs of a backend that the service does not run, if there are such. */
  readonly others?: string;
}

const chunkSize = 100;
const softDeadlineMs = 20_000;
/** An update under way is not sent again within this time; nor is a dispatch that nobody took up, and each time after twice as long. */
const resendMs = 60_000;
const longestResendMs = 600_000;
/** A job that is overdue by so much was not looked at meanwhile. */
const gapMs = 3_600_000;
/** Longer than a backend is left alone: a later time was made before the clock was set back. */
const longestPauseMs = 360_000;
/** How many looks of a young job are left out after one that did not find it: the backend may be slow to know a new job. */
const notFoundPatience = 5;

/**
 * One tick: asks the backend about the jobs that are due, most overdue first, and enqueues an update only where something
 * changed. Two ticks at once are harmless. After 20 seconds the rest is left to the next tick.
 */
export async function pollJobs(ports: PollPorts, options: CallOptions = {}): Promise<PollReport> {
  const { backend, clock } = ports;
  const started = clock.now();
  const elapsedMs = startStopwatch(clock);
  const { open, notBefore } = await dueJobs(ports, started, options);
  const noted = await setOtherBackendNotices(ports, open, options);
  const others = noted === undefined ? {} : { others: noted };
  const due = open.filter((row) => row.backend === backend.id);
  const pause = notBefore.get(backend.id);
  if (pause !== undefined && pause > started && pause.getTime() <= started.getTime() + longestPauseMs) {
    await setPauseNotices(ports, due, pause, options);
    return { due: due.length, sent: 0, left: due.length, failed: [], pause, ...others };
  }
  let [looked, sent] = [0, 0];
  const failed: FailedCall[] = [];
  const cancels: FailedCall[] = [];
  let outage: ServiceError | undefined;
  while (looked < due.length && elapsedMs() < softDeadlineMs) {
    const rows = due.slice(looked, looked + chunkSize);
    const asked =
      outage === undefined
        ? await askBackend(ports, rows.filter(wasDispatched), options)
        : { answers: new Map(), failed: [], outage };
    outage = asked.outage;
    failed.push(...asked.failed);
    await setUnansweredNotices(ports, rows, asked, options);
    cancels.push(...(await sendCancels(ports, rows, asked.answers, options)));
    sent += await enqueue(ports, rows, asked, options);
    looked += rows.length;
  }
  return {
    due: due.length,
    sent,
    left: due.length - looked,
    failed,
    ...(cancels.length === 0 ? {} : { cancels }),
    ...defined({ outage }),
    ...others,
  };
}

/** The rows that are due. Those that a clock which was set back since has put off are due at once, and the others wait as they did. */
async function dueJobs({ openJobs, clock, pollMaxSeconds }: PollPorts, now: Date, options: CallOptions) {
  const longestWaitMs = Math.max(pollMaxSeconds * 1000, longestResendMs) + resendMs;
  const beyond = clockWentBack(clock, "poll") ? now : new Date(now.getTime() + longestWaitMs);
  const { jobs, notBefore } = await openJobs.due(now, { ...options, beyond });
  const next_poll_at = now.toISOString();
  const far = jobs
    .filter(({ value }) => value.next_poll_at > next_poll_at)
    .map(({ value: { name } }) => ({ name, changes: { next_poll_at } }));
  if (far.length > 0) await openJobs.mergeMany(far, options);
  return { open: jobs.map((row) => row.value), notBefore };
}

/** What the backend says; nothing when it cannot be reached, or asked to be left alone, which all instances then know. */
async function askBackend(ports: PollPorts, rows: readonly OpenJob[], options: CallOptions): Promise<Asked> {
  const [first, second] = rows;
  if (first === undefined) return { answers: new Map(), failed: [] };
  try {
    const refs = rows.map(({ name, submission_id }) => ({ name, submission_id }));
    const observed = await ports.backend.observe(refs, options);
    return { answers: new Map(observed.map((answer) => [answer.name, answer])), failed: [] };
  } catch (error) {
    if (isServiceError(error, "throttled")) await pauseBackend(ports, error, options);
    if (isOutage(error)) return { answers: new Map(), failed: [], outage: error };
    if (second === undefined) return { answers: new Map(), failed: [{ name: first.name, error }] };
    // One job of which the backend cannot speak must not hide the others.
    const half = Math.ceil(rows.length / 2);
    const [one, other] = [
      await askBackend(ports, rows.slice(0, half), options),
      await askBackend(ports, rows.slice(half), options),
    ];
    return {
      ...one,
      ...other,
      answers: new Map([...one.answers, ...other.answers]),
      failed: [...one.failed, ...other.failed],
    };
  }
}

/** What a look at a job comes to: changes of its row, and messages. */
interface Look {
  readonly changes: OpenJobChanges;
  readonly messages: readonly (() => Promise<void>)[];
}

/** Rows first, messages after: a crash in between costs a minute, the other way round an update could be sent twice at once. */
async function enqueue(
  ports: PollPorts,
  rows: readonly OpenJob[],
  { answers, failed }: Asked,
  options: CallOptions,
): Promise<number> {
  const now = ports.clock.now();
  const putOff = new Set(failed.map(({ name }) => name));
  const looks = rows.flatMap((row) => {
    const answer = answers.get(row.name);
    if (putOff.has(row.name)) return [{ name: row.name, changes: nextPoll(ports, row, undefined, now), messages: [] }];
    const look = wasDispatched(row)
      ? answer && lookAt(ports, row, answer.observation, now, options)
      : resendDispatch(ports, row, now, options);
    return look === undefined ? [] : [{ name: row.name, ...look }];
  });
  const changed = looks.filter(({ changes }) => Object.keys(changes).length > 0);
  if (changed.length > 0) await ports.openJobs.mergeMany(changed, options);
  const messages = looks.flatMap((look) => look.messages);
  await Promise.all(messages.map((send) => send()));
  return messages.length;
}

/** A dispatch that was postponed, or whose message was lost, is sent again. A row without a record is left to healing. */
function resendDispatch(
  { queues }: PollPorts,
  { name, submission_id, created_at, next_poll_at: due }: OpenJob,
  now: Date,
  options: CallOptions,
): Look {
  // Twice as long each time: behind a long queue, every job would else get one more message a minute.
  const ms = Math.min(longestResendMs, Math.max(resendMs, now.getTime() - Date.parse(created_at)));
  const next_poll_at = new Date(now.getTime() + ms).toISOString();
  const gap = now.getTime() - Date.parse(due) > gapMs ? { tried_from: now.toISOString() } : {};
  return {
    changes: { next_poll_at, ...gap },
    messages: [() => queues.sendDispatch({ schema_version: 1, name, submission_id }, options)],
  };
}

function lookAt(
  ports: PollPorts,
  row: OpenJob,
  observation: Observation | undefined,
  now: Date,
  options: CallOptions,
): Look {
  const about = { schema_version: 1, name: row.name, submission_id: row.submission_id } as const;
  const messages: (() => Promise<void>)[] = [];
  const changes: { -readonly [K in keyof OpenJobChanges]: OpenJobChanges[K] } = nextPoll(ports, row, observation, now);
  const digest = observation === undefined ? "not_found" : observationDigest(observation);
  if (isNews(row, digest, now)) {
    Object.assign(changes, { sent_digest: digest, sent_at: now.toISOString() });
    const news =
      observation === undefined
        ? ({ kind: "not_found", observed_at: now.toISOString() } as const)
        : ({ kind: "status", observation } as const);
    messages.push(() => ports.queues.sendUpdate({ ...about, ...news }, options));
  }
  if (logUrlsDue(ports, row, observation, now)) {
    // Due again in a minute, should this message come to nothing; the refresh writes the true time.
    changes.log_urls_expire_at = expiryDueIn(resendMs, now);
    messages.push(() => ports.queues.sendUpdate({ ...about, kind: "log_urls" }, options));
  }
  return { changes, messages };
}

/** True for what was not taken in yet, unless it is on its way; and for the first answer after "not found", and each "not found", as these are counted. */
function isNews(row: OpenJob, digest: string, now: Date): boolean {
  if (digest === "not_found" || row.sent_digest === "not_found") return true;
  const underWay =
    row.sent_digest === digest &&
    row.sent_at !== undefined &&
    Math.abs(now.getTime() - Date.parse(row.sent_at)) < resendMs;
  return digest !== row.applied_digest && !underWay;
}

/** URLs that a backend signs are fetched when there are first logs, and kept fresh from then on. */
function logUrlsDue(
  { backend }: PollPorts,
  { log_urls_expire_at }: OpenJob,
  observation: Observation | undefined,
  now: Date,
): boolean {
  if (log_urls_expire_at !== undefined) return refreshDue(log_urls_expire_at, now);
  return backend.logs === "signed" && (observation?.log_names ?? []).length > 0;
}

/** Young jobs are asked often, old ones seldom: a tenth of their age, within the bounds. Nothing is written while that is the least. */
function nextPoll(
  { pollMinSeconds, pollMaxSeconds }: PollPorts,
  row: OpenJob,
  observation: Observation | undefined,
  now: Date,
): OpenJobChanges {
  const ageSeconds = (now.getTime() - Date.parse(row.created_at)) / 1000;
  const least = observation === undefined ? notFoundPatience * pollMinSeconds : pollMinSeconds;
  const seconds = Math.min(pollMaxSeconds, Math.max(least, ageSeconds / 10));
  if (seconds <= pollMinSeconds) return {};
  return { next_poll_at: new Date(now.getTime() + seconds * 1000).toISOString() };
}
