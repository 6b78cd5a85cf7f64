import { expect, test } from "vitest";
import { loadJob } from "../../../../shared/core/job/load-job.ts";
import { createJobReader } from "../../../../shared/core/records/job-reader.ts";
import { newRecord } from "../../../support/new-record.ts";

test("a reader loads the dump of a record once", () => {
  const loaded: unknown[] = [];
  const reader = createJobReader((source, options) => {
    loaded.push(source);
    return loadJob(source, options);
  });
  const record = newRecord();
  expect(reader.jobOf(record)).toBe(reader.jobOf(record));
  expect(loaded).toEqual([record.dump]);
});

test("a reader does not load the dump of a record whose job it remembers", () => {
  const { job } = loadJob(newRecord().dump);
  const reader = createJobReader(() => {
    throw new Error("The dump was loaded.");
  });
  const record = newRecord();
  if (job !== undefined) reader.cache(record, job);
  expect(reader.jobOf(record)).toBe(job);
});
