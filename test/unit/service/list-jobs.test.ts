import { expect, test } from "vitest";
import type { JobIndex } from "../../../shared/core/job-index.ts";
import { listJobs } from "../../../shared/service/list-jobs.ts";
import { submitJob } from "../../../shared/service/submit-job.ts";
import { createWorld, submission } from "../../support/memory/world.ts";

test("jobs come newest first, page by page, each once", async () => {
  const world = createWorld();
  for (const name of ["a", "b", "c", "d", "e"]) {
    await submitJob(world, submission({ name }));
    world.clock.advance(1000);
  }
  const names: string[] = [];
  let continuation: string | undefined;
  do {
    const page = await listJobs(world, { limit: 2, ...(continuation === undefined ? {} : { continuation }) });
    names.push(...page.entries.map(({ name }) => name));
    continuation = page.continuation;
  } while (continuation !== undefined);
  expect(names).toEqual(["e", "d", "c", "b", "a"]);
});

test("a page scans for two seconds at the most", async () => {
  const world = createWorld();
  const asked: (number | undefined)[] = [];
  const query: JobIndex["query"] = async ({ scanMs }) => {
    asked.push(scanMs);
    return { entries: [] };
  };
  await listJobs({ ...world, index: { ...world.index, query } }, { limit: 1 });
  expect(asked).toEqual([2000]);
});
