import { expect, test } from "vitest";
import { loadJob } from "../../../../../../shared/core/job/load-job.ts";
import { ImportJob } from "../../../../../../shared/core/job/types/import/job.ts";

test("an import job has the attributes of its YAML, normalized as in the SDK", () => {
  const { job } = loadJob("{type: import, source: {type: S3, connection: c, path: p}, output: {path: o}}");
  expect(job).toBeInstanceOf(ImportJob);
  const { source, output } = job as ImportJob;
  expect([source, output]).toEqual([
    { type: "s3", connection: "c", path: "p" },
    { type: "uri_folder", path: "o" },
  ]);
  expect(job?.withFields({ display_name: "d" }).toYaml()).toContain("display_name: d\n");
});
