import { expect } from "vitest";
import type { Job } from "../../shared/core/job/job.ts";
import { type LoadResult, loadJob } from "../../shared/core/job/load-job.ts";
import { files } from "./jobs.ts";

/** Expects a job whose dump loads as the same job, or issues with a reason and a position. */
export function expectJobOrIssues(result: LoadResult, withPlaces: boolean): void {
  if (result.job !== undefined) {
    const dump = result.job.toYaml();
    const again = loadJob(dump, { files });
    expect(again.issues).toBeUndefined();
    expect(again.job?.toYaml()).toBe(dump);
    // The index and the responses contain these fields of a new job unchecked.
    const shown = ({ type, display_name, description, tags, properties, compute, services }: Job) => ({
      type,
      display_name,
      description,
      tags,
      properties,
      compute,
      services,
    });
    expect(shown(again.job as Job)).toEqual(shown(result.job));
    expect(JSON.parse(JSON.stringify(again.job?.toObject()))).toEqual(
      JSON.parse(JSON.stringify(result.job.toObject())),
    );
    const json = loadJob(JSON.stringify(result.job.toObject()), { format: "json", files });
    expect(json.issues).toBeUndefined();
    return;
  }
  expect(result.issues.length).toBeGreaterThan(0);
  for (const issue of result.issues) {
    expect(issue.message).not.toMatch(/undefined|\[object/);
    expect(issue.pointer).toMatch(/^(?:\/|$)/);
    if (withPlaces && issue.code !== "more_issues")
      expect([issue.line, issue.column]).toEqual([expect.any(Number), expect.any(Number)]);
  }
}
