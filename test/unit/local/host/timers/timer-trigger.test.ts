import { describe, expect, test } from "vitest";
import { parseSchedule } from "../../../../../local/host/timers/schedule.ts";
import { startTimer, type TimerMonitor, type TimerStatus } from "../../../../../local/host/timers/timer-trigger.ts";
import { createFakeClock, type FakeClock } from "../../../../support/fake-clock.ts";

const midnight = Date.UTC(2026, 0, 1);
const at = (time: string) => `2026-01-01T${time}.000Z`;

function memoryMonitor(kept?: TimerStatus): TimerMonitor & { status: () => TimerStatus | undefined } {
  let status = kept;
  return {
    status: () => status,
    read: async () => status,
    write: async (next) => {
      status = next;
    },
  };
}

interface Given {
  readonly schedule?: string;
  readonly monitor?: TimerMonitor;
  readonly runOnStartup?: boolean;
  readonly run?: (clock: FakeClock) => Promise<unknown>;
}

function setUp(
  { schedule = "0 * * * * *", monitor, runOnStartup = false, run = async () => {} }: Given,
  clock = createFakeClock(midnight),
) {
  const runs: { at: string; isPastDue: boolean; status: TimerStatus | null }[] = [];
  const lines: string[] = [];
  const start = () =>
    startTimer({
      functionName: "tick",
      schedule: parseSchedule(schedule),
      runOnStartup,
      monitor,
      clock,
      log: (_level, _category, message) => lines.push(message),
      run: async (value) => {
        const timer = JSON.parse(value.data.json ?? "") as { IsPastDue: boolean; ScheduleStatus: TimerStatus | null };
        runs.push({
          at: clock.now().toISOString(),
          isPastDue: timer.IsPastDue,
          status: timer.ScheduleStatus,
        });
        await run(clock);
      },
    });
  return { clock, runs, lines, start };
}

const times = (runs: readonly { at: string }[]) => runs.map((run) => run.at);

describe("when the clock changes, a timer", () => {
  test.each([-3600_000, -86_400_000, 3600_000, 86_400_000])(
    "continues within its interval after a jump by %i ms",
    async (jump) => {
      const { clock, runs, start } = setUp({ schedule: "*/20 * * * * *" });
      const timer = start();
      await clock.advance(65_000);
      runs.splice(0);
      clock.jump(jump);
      await clock.advance(60_000);
      await timer.stop();
      expect(runs.length).toBeGreaterThanOrEqual(2);
      expect(runs.length).toBeLessThanOrEqual(4);
    },
  );

  test.each([-3600_000, -86_400_000, 3600_000, 86_400_000])(
    "continues within its interval after a jump by %i ms during a run of its function",
    async (jump) => {
      const { clock, runs, start } = setUp({ schedule: "*/20 * * * * *", run: (clock) => clock.sleep(5000) });
      const timer = start();
      await clock.advance(22_000);
      expect(runs.splice(0)).toHaveLength(1);
      clock.jump(jump);
      await clock.advance(50_000);
      await timer.stop();
      expect(runs.length).toBeGreaterThanOrEqual(2);
      expect(runs.length).toBeLessThanOrEqual(4);
    },
  );

  test("continues within its interval after the clock was set back while its first status was stored", async () => {
    const clock = createFakeClock(midnight);
    const monitor: TimerMonitor = { ...memoryMonitor(), write: () => clock.sleep(5000) };
    const { runs, start } = setUp({ monitor }, clock);
    const timer = start();
    await clock.advance(2000);
    clock.jump(-86_400_000);
    await clock.advance(70_000);
    await timer.stop();
    expect(runs).toHaveLength(1);
  });

  test("fires soon after the computer was suspended", async () => {
    const { clock, runs, start } = setUp({ schedule: "0 0 * * * *" });
    const timer = start();
    await clock.advance(60_000);
    clock.jump(7200_000);
    await clock.advance(11_000);
    await timer.stop();
    expect(runs).toHaveLength(1);
  });

  test("that starts after the clock was set back ignores the future time in its status", async () => {
    const monitor = memoryMonitor({ Last: at("10:00:00"), Next: at("10:01:00"), LastUpdated: at("10:00:00") });
    const { clock, runs, start } = setUp({ monitor });
    const timer = start();
    await clock.advance(61_000);
    await timer.stop();
    expect(times(runs)).toEqual([at("00:01:00")]);
  });
});

describe("a timer", () => {
  test("fires at each time of its schedule", async () => {
    const { clock, runs, start } = setUp({ schedule: "*/20 * * * * *" });
    const timer = start();
    await clock.advance(60_000);
    await timer.stop();
    expect(times(runs)).toEqual([at("00:00:20"), at("00:00:40"), at("00:01:00")]);
  });

  test("fires at intervals from its start if its schedule is a TimeSpan", async () => {
    const { clock, runs, start } = setUp({ schedule: "00:00:25" });
    const timer = start();
    await clock.advance(60_000);
    await timer.stop();
    expect(times(runs)).toEqual([at("00:00:25"), at("00:00:50")]);
  });

  test("never runs twice at the same time: times missed during a run cause one more run", async () => {
    const { clock, runs, start } = setUp({
      schedule: "*/10 * * * * *",
      run: (clock) => clock.sleep(25_000, new AbortController().signal),
    });
    const timer = start();
    await clock.advance(70_000);
    expect(times(runs)).toEqual([at("00:00:10"), at("00:00:35"), at("00:01:00")]);
    const stopping = timer.stop();
    await clock.advance(25_000);
    await stopping;
  });

  test("continues after a failure of its function", async () => {
    const { clock, runs, start } = setUp({ run: () => Promise.reject(new Error("no")) });
    const timer = start();
    await clock.advance(120_000);
    await timer.stop();
    expect(runs).toHaveLength(2);
  });

  test("runs at the start with runOnStartup, and is not past due then", async () => {
    const { clock, runs, start } = setUp({ runOnStartup: true });
    const timer = start();
    await clock.advance(0);
    await timer.stop();
    expect(runs).toEqual([{ at: at("00:00:00"), isPastDue: false, status: null }]);
  });

  test("waits at stop for the current run", async () => {
    const { clock, runs, start } = setUp({ run: (clock) => clock.sleep(30_000, new AbortController().signal) });
    const timer = start();
    await clock.advance(60_000);
    let stopped = false;
    const stopping = timer.stop().then(() => {
      stopped = true;
    });
    await clock.advance(29_000);
    expect(stopped).toBe(false);
    await clock.advance(1000);
    await stopping;
    expect(runs).toHaveLength(1);
  });
});

describe("a monitored timer", () => {
  test("stores its next run at the first start and after each run", async () => {
    const monitor = memoryMonitor();
    const { clock, runs, start } = setUp({ monitor });
    const timer = start();
    await clock.advance(0);
    expect(monitor.status()).toEqual({
      Last: "0001-01-01T00:00:00.000Z",
      Next: at("00:01:00"),
      LastUpdated: at("00:00:00"),
    });
    await clock.advance(60_000);
    await timer.stop();
    expect(monitor.status()).toEqual({ Last: at("00:01:00"), Next: at("00:02:00"), LastUpdated: at("00:01:00") });
    expect(runs[0]?.status?.Next).toBe(at("00:01:00"));
  });

  test("runs at once, past due, if the host missed a time", async () => {
    const monitor = memoryMonitor({ Last: at("00:01:00"), Next: at("00:02:00"), LastUpdated: at("00:01:00") });
    const { clock, runs, start } = setUp({ monitor }, createFakeClock(midnight + 150_000));
    const timer = start();
    await clock.advance(0);
    await timer.stop();
    expect(runs.map(({ at, isPastDue }) => ({ at, isPastDue }))).toEqual([{ at: at("00:02:30"), isPastDue: true }]);
  });

  test("is past due even if it has never run", async () => {
    const monitor = memoryMonitor({
      Last: "0001-01-01T00:00:00+00:00",
      Next: at("00:01:00"),
      LastUpdated: at("00:00:30"),
    });
    const { clock, runs, start } = setUp({ monitor }, createFakeClock(midnight + 90_000));
    const timer = start();
    await clock.advance(0);
    await timer.stop();
    expect(runs.map(({ isPastDue }) => isPastDue)).toEqual([true]);
  });

  test("is not past due after its schedule was changed", async () => {
    const monitor = memoryMonitor({ Last: at("00:01:00"), Next: at("00:02:00"), LastUpdated: at("00:01:00") });
    const { clock, runs, start } = setUp({ schedule: "0 */5 * * * *", monitor }, createFakeClock(midnight + 360_000));
    const timer = start();
    await clock.advance(0);
    expect(monitor.status()?.Next).toBe(at("00:10:00"));
    await clock.advance(240_000);
    await timer.stop();
    expect(runs.map(({ at, isPastDue }) => ({ at, isPastDue }))).toEqual([{ at: at("00:10:00"), isPastDue: false }]);
  });

  test("continues its interval after a restart", async () => {
    const monitor = memoryMonitor({ Last: at("00:00:00"), Next: at("01:00:00"), LastUpdated: at("00:00:00") });
    const { clock, runs, start } = setUp({ schedule: "01:00:00", monitor }, createFakeClock(midnight + 1_800_000));
    const timer = start();
    await clock.advance(1_800_000);
    await timer.stop();
    expect(times(runs)).toEqual([at("01:00:00")]);
  });

  test("runs even if its status cannot be read or stored, and reports that", async () => {
    const broken = async () => {
      throw new Error("out of reach");
    };
    const { clock, runs, lines, start } = setUp({ monitor: { read: broken, write: broken } });
    const timer = start();
    await clock.advance(60_000);
    await timer.stop();
    expect(runs).toHaveLength(1);
    expect(lines).toEqual([
      "The status of timer tick cannot be read: out of reach",
      "The status of timer tick was not stored: out of reach",
      "The status of timer tick was not stored: out of reach",
    ]);
  });
});
