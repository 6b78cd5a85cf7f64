import { expect, test } from "vitest";
import { indexEntry } from "../../../../shared/core/records/index-entry.ts";
import type { JobRecord } from "../../../../shared/core/records/record.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { reindexJobs } from "../../../../shared/service/maintenance/reindex-jobs.ts";
import { jobReader } from "../../../support/job-reader.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

async function worldOf(...names: readonly string[]): Promise<World> {
  const world = createWorld();
  for (const name of names) await submitJob(world, submission({ name }));
  return world;
}

async function recordOf({ records }: World, name: string): Promise<JobRecord> {
  const found = await records.get(name);
  if (found === undefined) throw new Error(`There is no record of ${name}.`);
  return found.value;
}

async function expectProjected(world: World, name: string): Promise<void> {
  const record = await recordOf(world, name);
  expect(await world.dumps.get(name)).toBe(record.dump);
  expect(await world.index.get(name, record.creation_context.created_at)).toEqual(indexEntry(jobReader, record));
}

test("nothing is written when everything matches the records", async () => {
  expect(await reindexJobs(await worldOf("a", "b"))).toEqual({ records: 2, dumps: 0, rows: 0, removed: 0, failed: [] });
});

test("nothing is written without records", async () => {
  expect(await reindexJobs(createWorld())).toEqual({ records: 0, dumps: 0, rows: 0, removed: 0, failed: [] });
});

test("a dump that is missing or differs from the record is written", async () => {
  const world = await worldOf("missing", "another");
  await world.dumps.delete("missing");
  await world.dumps.delete("another");
  await world.dumps.put("another", "command: another\n");
  expect(await reindexJobs(world)).toMatchObject({ dumps: 2, rows: 0 });
  await expectProjected(world, "missing");
  await expectProjected(world, "another");
});

test("a row that is missing, outdated or damaged is written", async () => {
  const world = await worldOf("missing", "behind", "spoiled");
  const [missing, behind, spoiled] = await Promise.all(
    ["missing", "behind", "spoiled"].map((name) => recordOf(world, name)),
  );
  if (missing === undefined || behind === undefined || spoiled === undefined) throw new Error("A record is missing.");
  await world.index.delete("missing", missing.creation_context.created_at);
  await world.records.replace(
    { ...behind, revision: 2, status: "Running" },
    (await world.records.get("behind"))?.etag ?? "",
  );
  await world.index.delete("spoiled", spoiled.creation_context.created_at);
  await world.index.put({ ...indexEntry(jobReader, spoiled), status: "Nonsense" });
  expect(await reindexJobs(world)).toMatchObject({ records: 3, dumps: 0, rows: 3, removed: 0 });
  for (const name of ["missing", "behind", "spoiled"]) await expectProjected(world, name);
});

test("a row without a record is deleted, also that of an earlier job of the same name", async () => {
  const world = await worldOf("iris");
  const entry = indexEntry(jobReader, await recordOf(world, "iris"));
  await world.index.put({ ...entry, name: "gone" });
  await world.index.put({ ...entry, created_at: "2020-01-01T00:00:00.000Z" });
  expect(await reindexJobs(world)).toMatchObject({ removed: 2, rows: 0 });
  expect((await world.index.query({ limit: 10 })).entries.map(({ name }) => name)).toEqual(["iris"]);
});

test("a row written by a newer revision in the meantime stays", async () => {
  const world = await worldOf("iris");
  const record = await recordOf(world, "iris");
  const newer = { ...indexEntry(jobReader, record), revision: 9, status: "Running" };
  await world.index.put(newer);
  expect(await reindexJobs(world)).toMatchObject({ rows: 0 });
  expect(await world.index.get("iris", record.creation_context.created_at)).toEqual(newer);
});

test("a record that changes while its row is restored gets the row of the change", async () => {
  const world = await worldOf("iris");
  const record = await recordOf(world, "iris");
  await world.index.delete("iris", record.creation_context.created_at);
  const { put } = world.index;
  const change = async () => {
    const next = { ...record, revision: 2, status: "Running" };
    await world.records.replace(next, (await world.records.get("iris"))?.etag ?? "");
    world.index.put = put;
  };
  world.index.put = async (entry, options) => {
    await change();
    await put(entry, options);
  };
  await reindexJobs(world);
  await expectProjected(world, "iris");
});

test("a job that fails is reported, and the others are restored", async () => {
  const world = await worldOf("bad", "good");
  await world.dumps.delete("bad");
  await world.dumps.delete("good");
  const { put } = world.dumps;
  world.dumps.put = async (name, yaml) => (name === "bad" ? Promise.reject(new Error("full")) : put(name, yaml));
  expect(await reindexJobs(world)).toMatchObject({
    records: 2,
    dumps: 1,
    failed: [{ name: "bad", error: new Error("full") }],
  });
  await expectProjected(world, "good");
});

test("progress is reported every 500 records", async () => {
  const names = Array.from({ length: 1001 }, (_, at) => `job-${at}`);
  const world = createWorld();
  const record = await recordOf(await worldOf("iris"), "iris");
  for (const name of names) await world.records.create({ ...record, name });
  const progress: number[] = [];
  const report = await reindexJobs(world, { onProgress: (records) => progress.push(records) });
  expect(report).toMatchObject({ records: 1001, rows: 1001, dumps: 1001 });
  expect(progress.map((records) => Math.floor(records / 500))).toEqual([1, 2]);
});

test("a job that is being deleted is not restored, and its index row is deleted", async () => {
  const world = await worldOf("iris");
  const record = await recordOf(world, "iris");
  await world.records.replace(
    { ...record, deleted_at: "2026-03-01T12:00:00.000Z", revision: 2 },
    (await world.records.get("iris"))?.etag ?? "",
  );
  await world.dumps.delete("iris");
  expect(await reindexJobs(world)).toMatchObject({ dumps: 0, rows: 0, removed: 1 });
  expect([await world.dumps.get("iris"), await world.index.get("iris", record.creation_context.created_at)]).toEqual([
    undefined,
    undefined,
  ]);
});
