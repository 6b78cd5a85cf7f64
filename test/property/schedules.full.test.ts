import { expect, test } from "vitest";
import { expectAllKept } from "./expect-all-kept.ts";
import { schedules, schedulesWithRefusals } from "./schedule-steps.ts";

test.each([
  ["that takes every job", schedules],
  ["that may refuse", schedulesWithRefusals],
])(
  "in 5,000 schedules with a backend %s, no job is lost, duplicated or left unfinished",
  async (_which, all) => {
    expect((await expectAllKept(all, 5000)).poison).toBeGreaterThan(100);
  },
  600_000,
);
