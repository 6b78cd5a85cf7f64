import fc from "fast-check";
import { expect } from "vitest";
import { expectGone, expectSettled } from "../support/memory/expect-settled.ts";
import { runSchedule, type ScheduleResult, type Step } from "../support/memory/run-schedule.ts";
import { movesOutsideTable } from "../support/memory/watch-phases.ts";

/** Lives through so many schedules, and sees after each that all was kept. How often which fault struck, in all of them. */
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
 * What is promised whatever happens: a job that was accepted is one job at the backend, or none with the reason on it; its
 * status is the backend's; a cancel that was accepted is carried out; every event is out, in order; nothing is left open.
 */
async function expectKept({ world, accepted, canceled, ended, mail, moves }: ScheduleResult): Promise<void> {
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
      // Nothing that was given up runs on: it was ended there, unless it had ended by itself.
      if (said !== undefined) expect(backend.canceled.includes(name) || ended.has(name)).toBe(true);
    }
    if (canceled.has(name) && !ended.has(name) && record.error?.code !== "backend_unreachable")
      expect(record.status).toBe("Canceled");
  }
}
