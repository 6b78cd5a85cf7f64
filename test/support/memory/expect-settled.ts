import { expect } from "vitest";
import { indexEntry } from "../../../shared/core/records/index-entry.ts";
import type { JobRecord } from "../../../shared/core/records/record.ts";
import { isTerminal } from "../../../shared/core/records/status.ts";
import { jobReader } from "../job-reader.ts";
import type { World } from "./world.ts";

/**
 * Expects that a job has ended and that its dump, its index row and one event for each timeline entry are stored, and
 * that its open row is deleted.
 */
export async function expectSettled(world: World, name: string): Promise<JobRecord> {
  const record = (await world.records.get(name))?.value;
  if (record === undefined) throw new Error(`Job ${name} has no record.`);
  expect(isTerminal(record.status), `${name} is ${record.status}`).toBe(true);
  expect(await world.openJobs.get(name)).toBeUndefined();
  expect(await world.dumps.get(name)).toBe(record.dump);
  expect(await world.index.get(name, record.creation_context.created_at)).toEqual(indexEntry(jobReader, record));
  expect(world.events.published.filter((event) => event.name === name).map(({ seq }) => seq)).toEqual(
    record.timeline.map(({ seq }) => seq),
  );
  expect(record.timeline.map(({ seq }) => seq)).toEqual(record.timeline.map((_, index) => index + 1));
  return record;
}

/** Expects that no data of the job exists. */
export async function expectGone(world: World, name: string): Promise<void> {
  expect(await world.records.get(name)).toBeUndefined();
  expect(await world.openJobs.get(name)).toBeUndefined();
  expect((await world.index.query({ limit: 200 })).entries.filter((entry) => entry.name === name)).toEqual([]);
  expect([
    await world.dumps.get(name),
    await world.logs.list(name),
    await world.outputs.list(name),
    await world.logUrls.get(name),
  ]).toEqual([undefined, [], [], undefined]);
  expect(world.backend.has(name)).toBe(false);
}
