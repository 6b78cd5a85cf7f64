import fc from "fast-check";
import { test } from "vitest";
import { changed, expectTaken } from "./job-schema.ts";

test("the schemas refuse no job of 100,000 that is taken, whichever value is another", () => {
  fc.assert(
    fc.property(changed, (job) => {
      expectTaken(job);
    }),
    { numRuns: 100_000 },
  );
});
