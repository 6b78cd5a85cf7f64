import fc from "fast-check";
import { expect } from "vitest";
import { expectGone, expectSettled } from "../support/memory/expect-settled.ts";
import { runSchedule, type ScheduleResult, type Step } from "../support/memory/run-schedule.ts";
import { movesOutsideTable } from "../support/memory/watch-phases.ts";

/** Runs that many schedules and checks the guarantees after each. Returns how often each fault occurred. */
export async function expectAllKept(
  schedules: fc.Arbitrary<readonly Step[]>,
  numRuns: number,
): Promise<Readonly<Record<string, number>>> {
  const happened: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(schedules, async (steps) => {
      const lived = await runSchedule(steps);
      for (const [what, times] of Object.entries(lived.happened)) happened[what] = (happened[what] ?? 0) + times;
      await expectKept(lived);
    }),
    { numRuns },
  );
  return happened;
}

/**
 * Checks the guarantees: an accepted job is one job at the backend, or none with the reason in its error; its status is
 * that of the backend; an accepted cancel is executed; every event is published in order; no row is left open.
 */
async function expectKept({ world, accepted, canceled, ended, messages: mail, moves }: ScheduleResult): Promise<void> {
  expect(mail).toEqual([]);
  expect(movesOutsideTable(moves)).toEqual([]);
  const { backend } = world;
  expect(backend.started).toEqual([...new Set(backend.started)]);
  for (const name of ["iris", "rose"]) {
    if ((await world.records.get(name)) === undefined) {
      expect(accepted.has(name)).toBe(false);
      await expectGone(world, name);
      continue;
    }
    const record = await expectSettled(world, name);
    const [there] = await backend.observe([record]);
    const said = there?.observation?.status;
    if (record.dispatched_at !== undefined) expect(record.status).toBe(said);
    else {
      expect(record.status === "Canceled" || record.error !== undefined).toBe(true);
      // An abandoned job does not run on: it was canceled at the backend, unless it had already ended.
      if (said !== undefined) expect(backend.canceled.includes(name) || ended.has(name)).toBe(true);
    }
    if (canceled.has(name) && !ended.has(name) && record.error?.code !== "backend_unreachable")
      expect(record.status).toBe("Canceled");
  }
}
