import type { ServiceError } from "../../core/errors.ts";
import type { OpenJob } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { wasDispatched } from "../../core/records/phases.ts";
import { clockWentBack } from "../../lib/clock-jumps.ts";
import { defined } from "../../lib/defined.ts";
import { startStopwatch } from "../../lib/stopwatch.ts";
import { enqueueUpdates, maxResendMs, type PollPorts, resendMs } from "./enqueue-updates.ts";
import { type Observations, observeJobs } from "./observe-jobs.ts";
import { type FailedCall, sendCancels } from "./send-cancels.ts";
import { setOtherBackendNotices } from "./set-other-backend-notices.ts";
import { setPauseNotices, setUnansweredNotices } from "./set-unanswered-notices.ts";

export interface PollReport {
  readonly due: number;
  /** Messages sent. */
  readonly sent: number;
  /** Due jobs that wait for the next run. */
  readonly deferred: number;
  /** Jobs whose status could not be read, with the error; they are polled again later. */
  readonly failed: readonly FailedCall[];
  /** Cancels that did not reach the backend, with the error; they are sent again. */
  readonly failedCancels?: readonly FailedCall[];
  /** The outage because of which the status of some jobs was not read. */
  readonly outage?: ServiceError;
  /** End of the pause that the backend requested. */
  readonly pause?: Date;
  /** Text for the log about open jobs of a backend that the service does not run. */
  readonly others?: string;
}

const chunkSize = 100;
const softDeadlineMs = 20_000;
/** Longer than any pause of a backend: a later end was written before the clock was set back. */
const maxPauseMs = 360_000;

/**
 * One run of the poll: reads the status of the due jobs from the backend, most overdue first, and enqueues an update
 * only for jobs that changed. Concurrent runs are safe. After 20 seconds, the remaining jobs wait for the next run.
 */
export async function pollJobs(ports: PollPorts, options: CallOptions = {}): Promise<PollReport> {
  const { backend, clock } = ports;
  const started = clock.now();
  const elapsedMs = startStopwatch(clock);
  const { open, notBefore } = await dueJobs(ports, started, options);
  const others = defined({ others: await setOtherBackendNotices(ports, open, options) });
  const due = open.filter((row) => row.backend === backend.id);
  const pause = notBefore.get(backend.id);
  if (pause !== undefined && pause > started && pause.getTime() <= started.getTime() + maxPauseMs) {
    await setPauseNotices(ports, due, pause, options);
    return { due: due.length, sent: 0, deferred: due.length, failed: [], pause, ...others };
  }
  let [polled, sent] = [0, 0];
  const failed: FailedCall[] = [];
  const failedCancels: FailedCall[] = [];
  let outage: ServiceError | undefined;
  while (polled < due.length && elapsedMs() < softDeadlineMs) {
    const rows = due.slice(polled, polled + chunkSize);
    const observations: Observations =
      outage === undefined
        ? await observeJobs(ports, rows.filter(wasDispatched), options)
        : { observed: new Map(), failed: [], outage };
    outage = observations.outage;
    failed.push(...observations.failed);
    await setUnansweredNotices(ports, rows, observations, options);
    failedCancels.push(...(await sendCancels(ports, rows, observations.observed, options)));
    sent += await enqueueUpdates(ports, rows, observations, options);
    polled += rows.length;
  }
  return {
    due: due.length,
    sent,
    deferred: due.length - polled,
    failed,
    ...(failedCancels.length === 0 ? {} : { failedCancels }),
    ...defined({ outage }),
    ...others,
  };
}

/** The due rows, and those whose next poll was set by a clock that has been set back since, which become due now. */
async function dueJobs({ openJobs, clock, pollMaxSeconds }: PollPorts, now: Date, options: CallOptions) {
  const maxWaitMs = Math.max(pollMaxSeconds * 1000, maxResendMs) + resendMs;
  const beyond = clockWentBack(clock, "poll") ? now : new Date(now.getTime() + maxWaitMs);
  const { jobs, notBefore } = await openJobs.due(now, { ...options, beyond });
  const next_poll_at = now.toISOString();
  const aheadOfClock = jobs
    .filter(({ value }) => value.next_poll_at > next_poll_at)
    .map(({ value: { name } }) => ({ name, changes: { next_poll_at } }));
  if (aheadOfClock.length > 0) await openJobs.mergeMany(aheadOfClock, options);
  const open: readonly OpenJob[] = jobs.map((row) => row.value);
  return { open, notBefore };
}
