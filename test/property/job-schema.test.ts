import fc from "fast-check";
import { expect, test } from "vitest";
import { changed, expectTaken } from "./job-schema.ts";

test("the JSON Schemas accept every accepted job with one changed value", () => {
  let taken = 0;
  fc.assert(
    fc.property(changed, (job) => {
      taken += Number(expectTaken(job));
    }),
    { numRuns: 3000 },
  );
  expect(taken).toBeGreaterThan(500);
});
