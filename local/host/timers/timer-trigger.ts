/** The timer trigger: one run at a time; after a restart, a monitored timer runs once for missed times, as past due. */
import type { Clock } from "../../../shared/lib/clock.ts";
import type { TriggerInput } from "../app/invocation.ts";
import type { HostLog } from "../host-log.ts";
import type { Listener } from "../listener.ts";
import type { Schedule } from "./schedule.ts";

/** Content of the status blob: the last and the next run as ISO times. */
export interface TimerStatus {
  readonly Last: string;
  readonly Next: string;
  readonly LastUpdated: string;
}

/** Stores the status of a timer between two starts. */
export interface TimerMonitor {
  read(): Promise<TimerStatus | undefined>;
  write(status: TimerStatus): Promise<void>;
}

export interface TimerTriggerOptions {
  readonly functionName: string;
  readonly schedule: Schedule;
  readonly runOnStartup: boolean;
  /** Undefined for a timer without monitoring; its function then receives no schedule status. */
  readonly monitor: TimerMonitor | undefined;
  readonly clock: Clock;
  readonly log: HostLog;
  run(input: TriggerInput): Promise<unknown>;
}

const maxStepMs = 10_000;
/** Smaller changes of the clock are ignored; they delay a timer by no more than this. */
const minJumpMs = 1000;

/** The default time of .NET, which means "never". */
const never = "0001-01-01T00:00:00.000Z";
const iso = (time: number | undefined) => (time === undefined ? never : new Date(time).toISOString());

/** Starts a timer for one function. */
export function startTimer(options: TimerTriggerOptions): Listener {
  const { schedule, clock } = options;
  const stopping = new AbortController();
  /** The clock when the due time was computed or last compared. */
  let before = clock.now().getTime();

  async function loop(): Promise<void> {
    const { status, isPastDue } = await startStatus(options);
    let due = status === undefined ? schedule.next(clock.now().getTime()) : Date.parse(status.Next);
    let last = status;
    const fire = async (pastDue: boolean, scheduled?: number) => {
      const now = clock.now().getTime();
      before = now;
      await options.run(timerInput(now, pastDue, options.monitor === undefined ? undefined : last)).catch(() => {
        // The error was logged by the invocation; the schedule continues.
      });
      // A timer that fires slightly early must not fire again for the same time.
      const ranAt = scheduled !== undefined && scheduled > now ? scheduled : now;
      // From the start of the run, so that several times missed during a long run cause only one more run.
      due = schedule.next(ranAt);
      last = { Last: iso(ranAt), Next: iso(due), LastUpdated: iso(ranAt) };
      await writeStatus(options, last);
    };
    if (isPastDue || options.runOnStartup) await fire(isPastDue);
    while (due !== undefined && !stopping.signal.aborted) {
      due = await waitUntil(due);
      if (due !== undefined && !stopping.signal.aborted) await fire(false, due);
    }
  }

  /**
   * Waits in short steps, because timers fire late after the computer was suspended. If the clock was set back by more
   * than a second, also during the last run, the due time is computed again. @returns the final due time.
   */
  async function waitUntil(time: number): Promise<number | undefined> {
    let due: number | undefined = time;
    while (!stopping.signal.aborted) {
      const now = clock.now().getTime();
      if (now < before - minJumpMs) due = schedule.next(now);
      before = now;
      if (due === undefined || now >= due) break;
      await clock.sleep(Math.min(due - now, maxStepMs), stopping.signal);
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

/** Status of a monitored timer at the start of the host, and whether a run was missed. */
async function startStatus(
  options: TimerTriggerOptions,
): Promise<{ status: TimerStatus | undefined; isPastDue: boolean }> {
  const { monitor, schedule, clock, log, functionName } = options;
  if (monitor === undefined) return { status: undefined, isPastDue: false };
  const stored = await monitor.read().catch((error: Error) => {
    log("warning", "Host.Triggers.Timer", `The status of timer ${functionName} cannot be read: ${error.message}`);
    return undefined;
  });
  const now = clock.now().getTime();
  const status =
    stored === undefined || isInFuture(stored, now)
      ? { Last: never, Next: iso(schedule.next(now)), LastUpdated: iso(now) }
      : adaptToSchedule(stored, schedule, now);
  if (status !== stored) await writeStatus(options, status);
  return { status, isPastDue: status.Next !== never && now > Date.parse(status.Next) };
}

/** True for a status that was written before the clock was set back; its times are ignored. */
function isInFuture({ Last, LastUpdated }: TimerStatus, now: number): boolean {
  return Math.max(Date.parse(Last), Date.parse(LastUpdated)) > now + maxStepMs;
}

/** Returns the stored status, or a new one without a missed run if the schedule has changed since. */
function adaptToSchedule(stored: TimerStatus, schedule: Schedule, now: number): TimerStatus {
  const base = Date.parse(Date.parse(stored.Last) > 0 ? stored.Last : stored.LastUpdated);
  const next = schedule.next(base);
  if (Date.parse(stored.Next) === next) return stored;
  return {
    Last: never,
    Next: iso(next !== undefined && next < now ? schedule.next(now) : next),
    LastUpdated: iso(base),
  };
}

async function writeStatus({ monitor, log, functionName }: TimerTriggerOptions, status: TimerStatus): Promise<void> {
  await monitor
    ?.write(status)
    .catch((error: Error) =>
      log("error", "Host.Triggers.Timer", `The status of timer ${functionName} was not stored: ${error.message}`),
    );
}

/** Input of a timer function. */
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
