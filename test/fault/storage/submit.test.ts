/** Submissions during failures of storage, from the operation to the connection. */
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
  // Creates containers, tables and queues.
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
])("during the fault $fault of all storage", ({ fault, withinMs }) => {
  test.each([["with a name"], ["without a name"]])(
    `rejects a submission %s with Retry-After within ${withinMs} ms and stores nothing`,
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

  test("accepts the same submission after the fault", async () => {
    const mine = submission({ name: newName() });
    const ports = service(undefined, 500);
    await storage.setAll({ kind: fault });
    await expect(submitJob(ports, mine)).rejects.toMatchObject({ code: "unavailable" });
    await storage.setAll({ kind: "none" });
    // An earlier request may have arrived late.
    expect((await submitJob(service(), mine)).record.name).toBe(
      mine.name ?? (JSON.parse(String(mine.source)) as { name: string }).name,
    );
  });
});

test("detects its own commit whose response was lost, and returns the job as created", async () => {
  const name = newName();
  const ports = service();
  await ports.records.get(name);
  // The openjobs row is in a table, so the first lost response is that of the record.
  const lose = { ...ports, records: { ...ports.records, create: withLostResponses(ports.records.create) } };
  expect(await submitJob(lose, submission({ name }))).toMatchObject({ created: true, record: { name } });
  expect(storage.lines.blob.faultCount).toBe(1);
});

test("returns the name with the error of an unknown commit, and the same job for the repeated submission", async () => {
  const name = newName();
  const ports = service(undefined, 500);
  const lose = {
    ...ports,
    records: { ...ports.records, create: withLostResponses(ports.records.create, Number.POSITIVE_INFINITY) },
  };
  const error: unknown = await submitJob(lose, submission({ name })).catch((reason: unknown) => reason);
  expect(isServiceError(error, "unavailable") && error.extra).toEqual({ name });
  await storage.setAll({ kind: "none" });
  expect(await submitJob(service(), submission({ name }))).toMatchObject({ created: false, record: { name } });
});

/** Loses the first `times` responses of a write. */
function withLostResponses<A extends readonly unknown[], R>(
  write: (...args: A) => Promise<R>,
  times = 1,
): (...args: A) => Promise<R> {
  return async (...args) => {
    await storage.lines.blob.set({ kind: "cut", side: "answer", after: 0, times });
    return write(...args);
  };
}

describe.each(["blob", "queue", "table"] as const)("during a fault of the %s service only", (line) => {
  test.each(["refuse", "silence"] as const)(
    "stores a submission completely or not at all, and healing finishes it (%s)",
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
      // A listed job can be read.
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
