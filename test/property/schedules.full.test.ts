import { expect, test } from "vitest";
import { expectAllKept } from "./expect-all-kept.ts";
import { schedules, schedulesWithRefusals } from "./schedule-steps.ts";

test.each([
  ["that takes every job", schedules],
  ["that may refuse", schedulesWithRefusals],
])(
  "5,000 schedules with a backend %s: nothing is lost, doubled or left open",
  async (_which, all) => {
    expect((await expectAllKept(all, 5000)).poison).toBeGreaterThan(100);
  },
  600_000,
);
