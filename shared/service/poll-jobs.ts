import { observationDigest } from "../core/digest.ts";
import { isServiceError } from "../core/errors.ts";
import type { Observation } from "../core/messages.ts";
import type { CallOptions, OpenJob, OpenJobChanges, Queues } from "../core/ports.ts";
import { refreshDue } from "./refresh-log-urls.ts";
import { type SendCancelPorts, sendCancel } from "./send-cancel.ts";

export interface PollPorts extends SendCancelPorts {
  readonly queues: Queues;
  readonly pollMinSeconds: number;
  readonly pollMaxSeconds: number;
}

export interface PollReport {
  readonly due: number;
  readonly asked: number;
  readonly sent: number;
  /** Jobs that are due and wait for the next tick. */
  readonly left: number;
}

const chunkSize = 100;
/** An update under way is not sent again within this time; a dispatch that nobody took up is sent again after it. */
const resendMs = 60_000;
const softDeadlineMs = 20_000;

/**
 * One tick: asks the backend about the jobs that are due, most overdue first, and enqueues an update only where something
 * changed. Two ticks at once are harmless. After 20 seconds the rest is left to the next tick.
 */
export async function pollJobs(ports: PollPorts, options: CallOptions = {}): Promise<PollReport> {
  const { openJobs, backend, clock } = ports;
  const started = clock.now();
  const due = await openJobs.due(started, options);
  const notBefore = due.notBefore.get(backend.id);
  const mine = due.jobs.map((row) => row.value).filter((row) => row.backend === backend.id);
  if (mine.length === 0 || (notBefore !== undefined && notBefore > started)) return { due: mine.length, asked: 0, sent: 0, left: mine.length };
  const dispatched = mine.filter((row) => row.dispatched_at !== undefined);
  let sent = await resendDispatches(
    ports,
    mine.filter((row) => row.dispatched_at === undefined),
    options,
  );
  let asked = 0;
  await resendCancels(ports, dispatched, options);
  for (; asked < dispatched.length && clock.now().getTime() - started.getTime() < softDeadlineMs; asked += chunkSize) {
    const chunk = dispatched.slice(asked, asked + chunkSize);
    const said = await askBackend(ports, chunk, options);
    if (said === undefined) break;
    sent += await sendChanges(ports, chunk, said, options);
  }
  return { due: mine.length, asked: Math.min(asked, dispatched.length), sent, left: Math.max(0, dispatched.length - asked) };
}

/** Undefined: the backend asked to be left alone, which all instances now know. */
async function askBackend({ backend, openJobs, clock }: PollPorts, rows: readonly OpenJob[], options: CallOptions) {
  try {
    const observed = await backend.observe(rows, options);
    return new Map(observed.map((answer) => [answer.name, answer]));
  } catch (error) {
    if (!isServiceError(error, "throttled")) throw error;
    const seconds = Math.min(error.retryAfterSeconds ?? 30, 300);
    await openJobs.setNotBefore(backend.id, new Date(clock.now().getTime() + seconds * 1000), options);
    return undefined;
  }
}

/** A dispatch that was postponed, or whose message was lost, is sent again; the row without a record is left to healing. */
async function resendDispatches({ queues, openJobs, clock }: PollPorts, rows: readonly OpenJob[], options: CallOptions): Promise<number> {
  const next_poll_at = new Date(clock.now().getTime() + resendMs).toISOString();
  await openJobs.mergeMany(
    rows.map(({ name }) => ({ name, changes: { next_poll_at } })),
    options,
  );
  for (const { name, submission_id } of rows) await queues.sendDispatch({ schema_version: 1, name, submission_id }, options);
  return rows.length;
}

/** A requested cancel goes to the backend at every look, until the job ends or the backend refuses. One that fails does not hold up the rest. */
async function resendCancels(ports: PollPorts, rows: readonly OpenJob[], options: CallOptions): Promise<void> {
  for (const row of rows) if (row.cancel === "requested") await sendCancel(ports, row, options).catch(() => undefined);
}

type Said = ReadonlyMap<string, { readonly observation: Observation | undefined }>;

/** Rows first, messages after: a crash in between costs a minute, the other way round an update could be sent twice at once. */
async function sendChanges(ports: PollPorts, rows: readonly OpenJob[], said: Said, options: CallOptions): Promise<number> {
  const now = ports.clock.now();
  const changes: { name: string; changes: OpenJobChanges }[] = [];
  const sends: (() => Promise<void>)[] = [];
  for (const row of rows) {
    const answer = said.get(row.name);
    if (answer === undefined) continue;
    const update = { schema_version: 1, name: row.name } as const;
    const { observation } = answer;
    const merged: { -readonly [K in keyof OpenJobChanges]: OpenJobChanges[K] } = nextPoll(ports, row, observation, now);
    const digest = observation === undefined ? "not_found" : observationDigest(observation);
    if (digest !== row.applied_digest && !underWay(row, digest, now)) {
      Object.assign(merged, { sent_digest: digest, sent_at: now.toISOString() });
      const news = observation === undefined ? ({ not_found: true } as const) : { observation };
      sends.push(() => ports.queues.sendUpdate({ ...update, kind: "status", ...news }, options));
    }
    if (row.log_urls_expire_at !== undefined && refreshDue(row.log_urls_expire_at, now)) {
      // Due again in a minute, should this message come to nothing; the refresh writes the true time.
      merged.log_urls_expire_at = new Date(Date.parse(row.log_urls_expire_at) + resendMs).toISOString();
      sends.push(() => ports.queues.sendUpdate({ ...update, kind: "log_urls" }, options));
    }
    if (Object.keys(merged).length > 0) changes.push({ name: row.name, changes: merged });
  }
  if (changes.length > 0) await ports.openJobs.mergeMany(changes, options);
  for (const send of sends) await send();
  return sends.length;
}

function underWay(row: OpenJob, digest: string, now: Date): boolean {
  // Each "not found" counts, so the next one waits only for its turn.
  return digest !== "not_found" && row.sent_digest === digest && row.sent_at !== undefined && now.getTime() - Date.parse(row.sent_at) < resendMs;
}

/** Young jobs are asked often, old ones seldom: a tenth of their age, within the bounds. Nothing is written while that is the least. */
function nextPoll({ pollMinSeconds, pollMaxSeconds }: PollPorts, row: OpenJob, observation: Observation | undefined, now: Date): OpenJobChanges {
  const ageSeconds = (now.getTime() - Date.parse(row.created_at)) / 1000;
  const seconds = Math.min(pollMaxSeconds, Math.max(pollMinSeconds, ageSeconds / 10));
  if (seconds <= pollMinSeconds && observation !== undefined) return {};
  return { next_poll_at: new Date(now.getTime() + seconds * 1000).toISOString() };
}
