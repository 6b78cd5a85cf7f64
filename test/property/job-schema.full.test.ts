import fc from "fast-check";
import { test } from "vitest";
import { changed, expectTaken } from "./job-schema.ts";

test("the JSON Schemas accept every accepted job among 100,000 jobs with one changed value", () => {
  fc.assert(
    fc.property(changed, (job) => {
      expectTaken(job);
    }),
    { numRuns: 100_000 },
  );
});
