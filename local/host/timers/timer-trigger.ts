/** The timer trigger: one run at a time, and past due after a restart where the timer is monitored. */

import type { Clock } from "../../../shared/lib/clock.ts";
import type { TriggerInput } from "../app/invocation.ts";
import type { HostLog } from "../host-log.ts";
import type { Listener } from "../listener.ts";
import type { Schedule } from "./schedule.ts";

/** When a timer ran and when it runs next, as ISO texts: what its status blob holds. */
export interface TimerStatus {
  readonly Last: string;
  readonly Next: string;
  readonly LastUpdated: string;
}

/** Where a timer's status is kept between two starts. */
export interface TimerMonitor {
  read(): Promise<TimerStatus | undefined>;
  write(status: TimerStatus): Promise<void>;
}

export interface TimerTriggerOptions {
  readonly functionName: string;
  readonly schedule: Schedule;
  readonly runOnStartup: boolean;
  /** Undefined for a timer that is not monitored; its function then sees no schedule status. */
  readonly monitor: TimerMonitor | undefined;
  readonly clock: Clock;
  readonly log: HostLog;
  run(value: TriggerInput): Promise<unknown>;
}

const longestStepMs = 10_000;
/** Smaller corrections of the clock cost a timer no more than this. */
const leastJumpMs = 1000;

/** .NET's default time: it never happened. */
const never = "0001-01-01T00:00:00.000Z";
const iso = (time: number | undefined) => (time === undefined ? never : new Date(time).toISOString());

/** Starts a timer. */
export function startTimer(options: TimerTriggerOptions): Listener {
  const { schedule, clock } = options;
  const stopping = new AbortController();

  async function loop(): Promise<void> {
    const { status, isPastDue } = await startStatus(options);
    let due = status === undefined ? schedule.next(clock.now().getTime()) : Date.parse(status.Next);
    let last = status;
    const fire = async (pastDue: boolean, scheduled?: number) => {
      const now = clock.now().getTime();
      await options.run(timerInput(now, pastDue, options.monitor === undefined ? undefined : last)).catch(() => {
        // The invocation has logged why; the schedule goes on.
      });
      // A timer that fired a little early must not fire for the same time again.
      const ranAt = scheduled !== undefined && scheduled > now ? scheduled : now;
      // Counted from when the run began: what became due while it ran is one run more, not many.
      due = schedule.next(ranAt);
      last = { Last: iso(ranAt), Next: iso(due), LastUpdated: iso(ranAt) };
      await keep(options, last);
    };
    if (isPastDue || options.runOnStartup) await fire(isPastDue);
    while (due !== undefined && !stopping.signal.aborted) {
      due = await waitUntil(due);
      if (due !== undefined && !stopping.signal.aborted) await fire(false, due);
    }
  }

  /**
   * Waits in short steps, because a computer that slept has passed the time while its timers stood still. When the clock is set
   * back by much, the timer is due anew, as if it had just fired. @returns when it was due in the end.
   */
  async function waitUntil(time: number): Promise<number | undefined> {
    let due: number | undefined = time;
    let before = clock.now().getTime();
    while (due !== undefined && before < due && !stopping.signal.aborted) {
      await clock.sleep(Math.min(due - before, longestStepMs), stopping.signal);
      const now = clock.now().getTime();
      if (now < before - leastJumpMs) due = schedule.next(now);
      before = now;
    }
    return due;
  }

  const looping = loop();
  return {
    stop: async () => {
      stopping.abort();
      await looping;
    },
  };
}

/** What is known of a monitored timer when the host starts, and whether a run was missed. */
async function startStatus(
  options: TimerTriggerOptions,
): Promise<{ status: TimerStatus | undefined; isPastDue: boolean }> {
  const { monitor, schedule, clock, log, functionName } = options;
  if (monitor === undefined) return { status: undefined, isPastDue: false };
  const kept = await monitor.read().catch((error: Error) => {
    log("warning", "Host.Triggers.Timer", `The status of timer ${functionName} cannot be read: ${error.message}`);
    return undefined;
  });
  const now = clock.now().getTime();
  const status =
    kept === undefined || isFromBefore(kept, now)
      ? { Last: never, Next: iso(schedule.next(now)), LastUpdated: iso(now) }
      : forSchedule(kept, schedule, now);
  if (status !== kept) await keep(options, status);
  return { status, isPastDue: status.Next !== never && now > Date.parse(status.Next) };
}

/** True for a status that was written before the clock was set back: its times do not apply now. */
function isFromBefore({ Last, LastUpdated }: TimerStatus, now: number): boolean {
  return Math.max(Date.parse(Last), Date.parse(LastUpdated)) > now + longestStepMs;
}

/** A kept status, or a new one where it was written for another schedule: then nothing was missed. */
function forSchedule(kept: TimerStatus, schedule: Schedule, now: number): TimerStatus {
  const base = Date.parse(Date.parse(kept.Last) > 0 ? kept.Last : kept.LastUpdated);
  const next = schedule.next(base);
  if (Date.parse(kept.Next) === next) return kept;
  return {
    Last: never,
    Next: iso(next !== undefined && next < now ? schedule.next(now) : next),
    LastUpdated: iso(base),
  };
}

async function keep({ monitor, log, functionName }: TimerTriggerOptions, status: TimerStatus): Promise<void> {
  await monitor
    ?.write(status)
    .catch((error: Error) =>
      log("error", "Host.Triggers.Timer", `The status of timer ${functionName} was not kept: ${error.message}`),
    );
}

/** What a function gets from its timer. */
export function timerInput(now: number, isPastDue: boolean, status: TimerStatus | undefined): TriggerInput {
  const json = JSON.stringify({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: status ?? null,
    IsPastDue: isPastDue,
  });
  return {
    data: { json },
    metadata: { TimerTrigger: { json } },
    reason: `Timer fired at ${iso(now)}`,
    logAsDebug: true,
  };
}
