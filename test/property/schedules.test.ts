import { expect, test } from "vitest";
import { expectAllKept } from "./expect-all-kept.ts";
import { schedules, schedulesWithRefusals } from "./schedule-steps.ts";

test("whatever happens, in whatever order, each accepted job is one job at the backend, ends with its status, and nothing of it is lost or left open", async () => {
  const happened = await expectAllKept(schedules, 200);
  for (const what of ["crash", "outage", "again", "failed", "poison"]) expect(happened[what], what).toBeGreaterThan(0);
});

test("and where the backend refuses, the job says so", async () => {
  await expectAllKept(schedulesWithRefusals, 100);
});
