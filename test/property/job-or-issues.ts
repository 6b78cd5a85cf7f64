import { expect } from "vitest";
import { type LoadResult, loadJob } from "../../shared/core/job/load-job.ts";
import { files } from "./jobs.ts";

/** A job that prints what loads as the same job, or issues that say where and why. */
export function expectJobOrIssues(result: LoadResult, withPlaces: boolean): void {
  if (result.job !== undefined) {
    const dump = result.job.toYaml();
    const again = loadJob(dump, { files });
    expect(again.issues).toBeUndefined();
    expect(again.job?.toYaml()).toBe(dump);
    const json = loadJob(JSON.stringify(result.job.toObject()), { format: "json", files });
    expect(json.issues).toBeUndefined();
    return;
  }
  expect(result.issues.length).toBeGreaterThan(0);
  for (const issue of result.issues) {
    expect(issue.message).not.toMatch(/undefined|\[object/);
    expect(issue.pointer).toMatch(/^(?:\/|$)/);
    if (withPlaces && issue.code !== "more_issues") expect([issue.line, issue.column]).toEqual([expect.any(Number), expect.any(Number)]);
  }
}
