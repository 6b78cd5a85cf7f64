import { expect, test } from "vitest";
import { readJobListQuery } from "../../../../shared/api/request/read-job-list-query.ts";
import type { JobIndex } from "../../../../shared/core/ports/job-index.ts";
import { defined } from "../../../../shared/lib/defined.ts";
import { cancelJob } from "../../../../shared/service/jobs/cancel-job.ts";
import { listJobs } from "../../../../shared/service/jobs/list-jobs.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { request } from "../../../support/http.ts";
import { createWorld, submission } from "../../../support/memory/world.ts";

test("lists jobs newest first, page by page, each once", async () => {
  const world = createWorld();
  for (const name of ["a", "b", "c", "d", "e"]) {
    await submitJob(world, submission({ name }));
    world.clock.advance(1000);
  }
  const names: string[] = [];
  let continuation: string | undefined;
  do {
    const page = await listJobs(world, { limit: 2, ...defined({ continuation }) });
    names.push(...page.entries.map(({ name }) => name));
    continuation = page.continuation;
  } while (continuation !== undefined);
  expect(names).toEqual(["e", "d", "c", "b", "a"]);
});

test("finds a text in any Unicode form of the text and of the query", async () => {
  const world = createWorld();
  for (const [name, e] of [
    ["one", "é"],
    ["two", "e\u0301"],
  ] as const) {
    const fields = {
      compute: `azureml:caf${e}`,
      display_name: `caf${e}`,
      experiment_name: `caf${e}`,
      tags: { [`caf${e}`]: e },
    };
    await submitJob(world, {
      ...submission({ name }),
      source: JSON.stringify({ command: "x", environment: "azureml:e:1", name, ...fields }),
      format: "json",
      createdBy: { name: `Andr${e}`, type: "User" },
    });
  }
  for (const e of ["é", "e\u0301"]) {
    for (const filter of [
      `q=caf${e}`,
      `experiment_name=caf${e}`,
      `compute=caf${e}`,
      `created_by=Andr${e}`,
      `tag=caf${e}:${e}`,
    ]) {
      const { entries } = await listJobs(world, readJobListQuery(request({ url: `/api/jobs?${encodeURI(filter)}` })));
      expect(entries.map(({ name }) => name).sort()).toEqual(["one", "two"]);
    }
  }
});

test("scans at most two seconds for a page", async () => {
  const world = createWorld();
  const asked: (number | undefined)[] = [];
  const query: JobIndex["query"] = async ({ scanMs }) => {
    asked.push(scanMs);
    return { entries: [] };
  };
  await listJobs({ ...world, index: { ...world.index, query } }, { limit: 1 });
  expect(asked).toEqual([2000]);
});

test("adds a notice to unfinished jobs while storage refuses writes", async () => {
  const world = createWorld();
  for (const name of ["over", "waits"]) await submitJob(world, submission({ name }));
  await cancelJob(world, "over");
  const trouble = {
    code: "storage_refused",
    message: "Storage returns an internal error.",
    since: "2026-03-01T12:00:00.000Z",
  } as const;
  const { entries } = await listJobs({ ...world, storageTrouble: async () => trouble }, { limit: 2 });
  expect(Object.fromEntries(entries.map(({ name, notice }) => [name, notice]))).toEqual({
    over: undefined,
    waits: trouble,
  });
  expect(entries.some((entry) => "overlay" in entry)).toBe(false);
});
