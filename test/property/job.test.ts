import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadJob } from "../../shared/core/job/load-job.ts";
import { expectJobOrIssues } from "./job-or-issues.ts";
import { anyJobs, files, mutate, mutations, spoiltJobs } from "./jobs.ts";

const examples = ["hello-world.yml", "sweep.yml", "pipeline.yml", "pipeline-with-components.yml"].map((name) =>
  readFileSync(new URL(`../../examples/${name}`, import.meta.url), "utf8"),
);

describe("any job", () => {
  test("the dump of any valid job loads, and its dump is the same", () => {
    let loaded = 0;
    fc.assert(
      fc.property(anyJobs, (fields) => {
        const result = loadJob(fields, { files });
        if (result.job !== undefined) loaded++;
        expectJobOrIssues(result, false);
      }),
      { numRuns: 400 },
    );
    expect(loaded).toBeGreaterThan(100);
  });

  test("any job with an arbitrary value in a field is valid or has issues", () => {
    fc.assert(
      fc.property(spoiltJobs, (fields) => expectJobOrIssues(loadJob(fields, { files }), false)),
      { numRuns: 400 },
    );
  });

  test("any job whose text is corrupted is valid or has issues with positions", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...examples),
        mutations,
        fc.constantFrom("yaml", "json"),
        (source, changes, format) => {
          expectJobOrIssues(loadJob(mutate(source, changes), { format, files }), true);
        },
      ),
      { numRuns: 400 },
    );
  });
});
