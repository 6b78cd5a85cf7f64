import { expect, test } from "vitest";
import { expectAllKept } from "./expect-all-kept.ts";
import { schedules, schedulesWithRefusals } from "./schedule-steps.ts";

test("in any schedule of faults, each accepted job runs once, gets its final status, and loses no data", async () => {
  const happened = await expectAllKept(schedules, 200);
  for (const what of ["crash", "outage", "again", "failed", "poison"]) expect(happened[what], what).toBeGreaterThan(0);
});

test("in any schedule of faults, a job that the backend rejects gets the error", async () => {
  await expectAllKept(schedulesWithRefusals, 100);
});
