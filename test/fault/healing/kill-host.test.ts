/** A few of the places to be killed at; all of them are in kill-host.full.test.ts. */
import { afterAll, beforeAll, test } from "vitest";
import { killPoints } from "./kill-points.ts";
import { type Bench, openBench, surviveKill } from "./killed-host.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.stop());

const few: readonly (readonly [what: string, when: string])[] = [
  ["the job is committed", "after"],
  ["the job is claimed", "after"],
  ["the backend has the job", "before"],
  ["the end is written down", "after"],
  ["the open row goes", "before"],
];
const points = killPoints.filter(([what, when]) => few.some((one) => one[0] === what && one[1] === when));

test.each(points.map((point, index) => [...point, index] as const))(
  "a service killed when %s, %s the call got there: the job runs once and ends tidily",
  async (_what, _when, point, index) => {
    await surviveKill(bench, `job-${index}`, point);
  },
);
