/** The timer trigger: one run at a time, and past due after a restart where the timer is monitored. */
import type { Clock } from "./clock.ts";
import type { HostLog } from "./host-log.ts";
import type { TriggerValue } from "./invocation.ts";
import type { Listener } from "./queue-trigger.ts";
import type { Schedule } from "./schedule.ts";

/** What the status blob of a timer holds; times are ISO texts. */
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
  /** Undefined for a timer without one. */
  readonly monitor: TimerMonitor | undefined;
  readonly clock: Clock;
  readonly log: HostLog;
  run(value: TriggerValue): Promise<unknown>;
}

const never = "0001-01-01T00:00:00";

/** Starts a timer. */
export function startTimer(options: TimerTriggerOptions): Listener {
  const { schedule, monitor, clock, log, functionName } = options;
  const stopping = new AbortController();
  let status: TimerStatus | undefined;

  async function fire(isPastDue: boolean): Promise<void> {
    const startedAt = clock.now();
    try {
      await options.run(timerValue(startedAt, isPastDue, status));
    } catch {
      // The invocation has logged why; the schedule goes on.
    }
    const last = new Date(startedAt).toISOString();
    await keep({ Last: last, Next: iso(schedule.next(startedAt)), LastUpdated: last });
  }

  async function keep(next: TimerStatus): Promise<void> {
    if (monitor === undefined) return;
    status = next;
    await monitor
      .write(next)
      .catch((error: Error) => log("error", "Host.Triggers.Timer", `The status of timer ${functionName} was not kept: ${error.message}`));
  }

  /** @returns whether a run was missed while the host was down. */
  async function isPastDue(): Promise<boolean> {
    status = await monitor?.read().catch((error: Error) => {
      log("warning", "Host.Triggers.Timer", `The status of timer ${functionName} cannot be read: ${error.message}`);
      return undefined;
    });
    const now = clock.now();
    if (status !== undefined) {
      const base = Date.parse(status.Last === never ? status.LastUpdated : status.Last);
      const expected = schedule.next(base);
      // Another schedule than the one the status was written for: nothing was missed.
      if (iso(expected) === status.Next && expected !== undefined) return now > expected;
    }
    await keep({ Last: status?.Last ?? never, Next: iso(schedule.next(now)), LastUpdated: new Date(now).toISOString() });
    return false;
  }

  async function loop(): Promise<void> {
    if (await isPastDue()) await fire(true);
    else if (options.runOnStartup) await fire(false);
    for (;;) {
      const due = schedule.next(clock.now());
      if (due === undefined) return;
      while (clock.now() < due && !stopping.signal.aborted) await clock.sleep(due - clock.now(), stopping.signal);
      if (stopping.signal.aborted) return;
      await fire(false);
    }
  }

  const looping = loop();
  return {
    wake: () => {},
    stop: async () => {
      stopping.abort();
      await looping;
    },
  };
}

const iso = (time: number | undefined) => (time === undefined ? never : new Date(time).toISOString());

function timerValue(now: number, isPastDue: boolean, status: TimerStatus | undefined): TriggerValue {
  const json = JSON.stringify({ Schedule: { AdjustForDST: true }, ScheduleStatus: status ?? null, IsPastDue: isPastDue });
  return { data: { json }, metadata: { TimerTrigger: { json } }, reason: `Timer fired at ${new Date(now).toISOString()}` };
}
