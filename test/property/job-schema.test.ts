import fc from "fast-check";
import { expect, test } from "vitest";
import { changed, expectTaken } from "./job-schema.ts";

test("the schemas refuse no job that is taken, whichever value is another", () => {
  let taken = 0;
  fc.assert(
    fc.property(changed, (job) => {
      taken += Number(expectTaken(job));
    }),
    { numRuns: 3000 },
  );
  expect(taken).toBeGreaterThan(500);
});
