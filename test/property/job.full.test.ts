import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadJob } from "../../shared/core/job/load-job.ts";
import { judgedCases, suites } from "../parity/suites.ts";
import { expectJobOrIssues } from "./job-or-issues.ts";
import { anyJobs, files, mutate, mutations, spoiltJobs } from "./jobs.ts";

const folder = new URL("../../examples/", import.meta.url);
const examples = readdirSync(folder).filter((name) => name.endsWith(".yml"));
const sources = [
  ...examples.map((name) => readFileSync(new URL(name, folder), "utf8")),
  ...suites.flatMap((suite) => judgedCases(suite).map(({ yaml }) => yaml)),
];
const runs = { numRuns: 10_000 };

describe("10,000 jobs", () => {
  test("the dumps of 10,000 valid jobs load, and their dumps are the same", () => {
    fc.assert(
      fc.property(anyJobs, (fields) => expectJobOrIssues(loadJob(fields, { files }), false)),
      runs,
    );
  });

  test("10,000 jobs with an arbitrary value in a field are valid or have issues", () => {
    fc.assert(
      fc.property(spoiltJobs, (fields) => expectJobOrIssues(loadJob(fields, { files }), false)),
      runs,
    );
  });

  test("10,000 jobs whose text is corrupted are valid or have issues with positions", () => {
    expect(sources.length).toBeGreaterThan(100);
    fc.assert(
      fc.property(
        fc.constantFrom(...sources),
        mutations,
        fc.constantFrom("yaml", "json"),
        (source, changes, format) => {
          expectJobOrIssues(loadJob(mutate(source, changes), { format, files }), true);
        },
      ),
      runs,
    );
  });
});
