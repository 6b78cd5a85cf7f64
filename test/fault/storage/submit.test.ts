/** Submitting while storage fails, from the operation down to the wire. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { isServiceError } from "../../../shared/core/errors.ts";
import { indexEntry } from "../../../shared/core/records/index-entry.ts";
import { submitJob } from "../../../shared/service/jobs/submit-job.ts";
import { healJobs } from "../../../shared/service/lifecycle/heal-jobs.ts";
import { createStorage } from "../../../shared/storage/create-storage.ts";
import { type FaultyStorage, startFaultyStorage } from "../../support/faulty-storage.ts";
import { jobReader } from "../../support/job-reader.ts";
import { createMemoryBackend } from "../../support/memory/backend.ts";
import { createManualClock } from "../../support/memory/clock.ts";
import { createMemoryEvents } from "../../support/memory/events.ts";
import { submission } from "../../support/memory/world.ts";
import type { Fault } from "../../support/tcp-proxy.ts";

let storage: FaultyStorage;
beforeAll(async () => {
  storage = await startFaultyStorage();
  // Makes containers, tables and queues.
  await submitJob(service(storage.directConnectionString), submission({ name: "first" }));
});
afterAll(() => storage.stop());
afterEach(() => storage.setAll({ kind: "none" }));

const clock = createManualClock();
const backend = createMemoryBackend({ clock });
const events = createMemoryEvents();
/** The default of the setting JOBS_STORAGE_TIMEOUT_MS. */
const usualMs = 2500;
const service = (connectionString = storage.connectionString, timeoutMs = usualMs) => ({
  ...createStorage({ connection: { connectionString }, timeoutMs, clock }),
  clock,
  jobReader,
  backend,
  events,
});
let made = 0;
const newName = () => `job-${++made}`;

async function timed(run: Promise<unknown>): Promise<{ readonly result: unknown; readonly ms: number }> {
  const started = performance.now();
  const result = await run.catch((error: unknown) => error);
  return { result, ms: performance.now() - started };
}

describe.each<{ fault: Fault["kind"] & ("refuse" | "reset" | "silence"); withinMs: number }>([
  { fault: "refuse", withinMs: 5000 },
  { fault: "reset", withinMs: 5000 },
  { fault: "silence", withinMs: 10_000 },
])("while all of storage does this: $fault", ({ fault, withinMs }) => {
  test.each([["with a name"], ["without one"]])(
    `a submission %s is told to come back within ${withinMs} ms, and nothing of it is stored`,
    async (which) => {
      const name = newName();
      await storage.setAll({ kind: fault });
      const { result, ms } = await timed(
        submitJob(service(), submission(which === "with a name" ? { name } : { display_name: name })),
      );
      expect(result).toMatchObject({ code: "unavailable", retryAfterSeconds: expect.any(Number) });
      expect(ms).toBeLessThan(withinMs);
      await storage.setAll({ kind: "none" });
      const { records, index } = service();
      expect(await records.get(name)).toBeUndefined();
      expect(
        (await index.query({ limit: 200, matches: (entry) => entry.name === name || entry.display_name === name }))
          .entries,
      ).toEqual([]);
    },
  );

  test("the same submission is taken when storage is back", async () => {
    const mine = submission({ name: newName() });
    const ports = service(undefined, 500);
    await storage.setAll({ kind: fault });
    await expect(submitJob(ports, mine)).rejects.toMatchObject({ code: "unavailable" });
    await storage.setAll({ kind: "none" });
    // What was under way may have arrived late.
    expect((await submitJob(service(), mine)).record.name).toBe(
      mine.name ?? (JSON.parse(String(mine.source)) as { name: string }).name,
    );
  });
});

test("a commit whose answer is lost is found by its submission and answered as new", async () => {
  const name = newName();
  const ports = service();
  await ports.records.get(name);
  // The row goes to the table; the first answer that is lost is that of the record's creation.
  const lose = { ...ports, records: { ...ports.records, create: losingTheAnswer(ports.records.create) } };
  expect(await submitJob(lose, submission({ name }))).toMatchObject({ created: true, record: { name } });
  expect(storage.lines.blob.faultCount).toBe(1);
});

test("a commit of which nobody knows is answered with the name, and is the same job on the next try", async () => {
  const name = newName();
  const ports = service(undefined, 500);
  const lose = {
    ...ports,
    records: { ...ports.records, create: losingTheAnswer(ports.records.create, Number.POSITIVE_INFINITY) },
  };
  const error: unknown = await submitJob(lose, submission({ name })).catch((reason: unknown) => reason);
  expect(isServiceError(error, "unavailable") && error.extra).toEqual({ name });
  await storage.setAll({ kind: "none" });
  expect(await submitJob(service(), submission({ name }))).toMatchObject({ created: false, record: { name } });
});

/** Runs a write whose answers are lost, the first `times` of them. */
function losingTheAnswer<A extends readonly unknown[], R>(
  write: (...args: A) => Promise<R>,
  times = 1,
): (...args: A) => Promise<R> {
  return async (...args) => {
    await storage.lines.blob.set({ kind: "cut", side: "answer", after: 0, times });
    return write(...args);
  };
}

describe.each(["blob", "queue", "table"] as const)("while only the %s service fails", (line) => {
  test.each(["refuse", "silence"] as const)(
    "by this: %s, a submission is whole or not there, and healing finishes it",
    async (kind) => {
      const name = newName();
      await storage.lines[line].set({ kind });
      const { result, ms } = await timed(submitJob(service(undefined, 500), submission({ name })));
      expect(ms).toBeLessThan(5000);
      if (kind === "silence") expect(storage.lines[line].faultCount).toBeGreaterThan(0);
      await storage.setAll({ kind: "none" });
      const ports = service();
      const shown = (await ports.index.query({ limit: 200, matches: (entry) => entry.name === name })).entries;
      const record = (await ports.records.get(name))?.value;
      // What is listed can be read.
      expect(shown).toEqual(shown.length === 0 || record === undefined ? [] : [indexEntry(jobReader, record)]);
      expect(record === undefined).toBe(result instanceof Error);
      clock.advance(11 * 60_000);
      await healJobs(ports);
      if (record === undefined) expect(await ports.openJobs.get(name)).toBeUndefined();
      else
        expect([await ports.dumps.get(name), await ports.index.get(name, record.creation_context.created_at)]).toEqual([
          record.dump,
          indexEntry(jobReader, record),
        ]);
    },
  );
});
