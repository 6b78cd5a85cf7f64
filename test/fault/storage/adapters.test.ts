import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ServiceError } from "../../../shared/core/errors.ts";
import { systemClock } from "../../../shared/lib/clock.ts";
import { createStorage, type Storage } from "../../../shared/storage/create-storage.ts";
import { bytesOf } from "../../contract/storage/job-files-contract.ts";
import { type FaultyStorage, startFaultyStorage } from "../../support/faulty-storage.ts";
import { sampleEntry, sampleRecord, sampleRow } from "../../support/samples.ts";

let storage: FaultyStorage;
/** With a short timeout, for calls that fail. `ports` has a longer one, for a busy machine. */
let hasty: Storage;
let ports: Storage;
let direct: Storage;
let made = 0;
/** The name of a job that no other test uses. */
let name: string;
const seeded = "seeded";
const hastyMs = 300;
const log = "user_logs/std_log.txt";

beforeAll(async () => {
  storage = await startFaultyStorage();
  const open = (connectionString: string, timeoutMs: number) =>
    createStorage({ connection: { connectionString }, timeoutMs, clock: systemClock });
  hasty = open(storage.connectionString, hastyMs);
  ports = open(storage.connectionString, 10_000);
  direct = open(storage.directConnectionString, 10_000);
  await seed(direct);
});
afterAll(() => storage.stop());
beforeEach(() => {
  name = `job-${++made}`;
});
afterEach(() => storage.setAll({ kind: "none" }));

/** Creates all containers, tables and queues, so that a fault affects the call itself. */
async function seed({ records, openJobs, index, logs, queues, logUrls }: Storage): Promise<void> {
  await records.create(sampleRecord({ name: seeded }));
  await openJobs.put(sampleRow(seeded));
  await index.put(sampleEntry(seeded));
  await logs.append(seeded, log, 0, Buffer.from("seed"));
  await queues.sendUpdate({ schema_version: 1, name: seeded, submission_id: "3f1c", kind: "log_urls" });
  await logUrls.put(seeded, { urls: {}, expires_at: "", refreshed_at: "" });
}

async function caught(run: Promise<unknown>): Promise<unknown> {
  try {
    return await run;
  } catch (error) {
    return error;
  }
}

/** One call of each kind for each service. */
const calls: readonly [string, (ports: Storage) => Promise<unknown>][] = [
  ["reading a record", ({ records }) => records.get(name)],
  ["creating a record", ({ records }) => records.create(sampleRecord({ name }))],
  ["replacing a record", ({ records }) => records.replace(sampleRecord({ name: seeded }), '"0x1"')],
  ["listing the names of records", async ({ records }) => records.names()[Symbol.asyncIterator]().next()],
  ["writing a dump", ({ dumps }) => dumps.put(name, "a: 1\n")],
  ["writing an openjobs row", ({ openJobs }) => openJobs.put(sampleRow(name))],
  ["reading due rows", ({ openJobs }) => openJobs.due(new Date())],
  [
    "changing many rows",
    ({ openJobs }) => openJobs.mergeMany([seeded, name].map((row) => ({ name: row, changes: { published_seq: 1 } }))),
  ],
  ["writing to the index", ({ index }) => index.put(sampleEntry(name, { revision: 2 }))],
  ["reading the index", ({ index }) => index.query({ limit: 1 })],
  ["sending a dispatch", ({ queues }) => queues.sendDispatch({ schema_version: 1, name, submission_id: "3f1c" })],
  ["checking the queues", ({ queues }) => queues.ready()],
  ["listing logs", ({ logs }) => logs.list(seeded)],
  ["reading a log", async ({ logs }) => bytesOf(await logs.read(seeded, log))],
  ["appending to a log", ({ logs }) => logs.append(seeded, log, 4, Buffer.from("more"))],
  ["deleting logs", ({ logs }) => logs.deleteAll(name)],
  ["reading log URLs", ({ logUrls }) => logUrls.get(name)],
];

describe.each([{ kind: "refuse" }, { kind: "reset" }, { kind: "silence" }] as const)(
  "during the storage fault $kind",
  (fault) => {
    test.each(calls)("%s fails as unavailable within the time limit", async (_, run) => {
      await storage.setAll(fault);
      const started = performance.now();
      const error = await caught(run(hasty));
      expect(error).toBeInstanceOf(ServiceError);
      expect(error).toMatchObject({ code: "unavailable", retryAfterSeconds: expect.any(Number) });
      expect(performance.now() - started).toBeLessThan(2500);
      if (fault.kind !== "refuse") expect(storage.faultCount()).toBeGreaterThan(0);
    });
  },
);

test.each(calls)("%s succeeds again after the fault", async (_, run) => {
  await storage.setAll({ kind: "silence" });
  expect(await caught(run(hasty))).toMatchObject({ code: "unavailable" });
  await storage.setAll({ kind: "none" });
  const error = await caught(run(ports));
  // The request may have arrived although the response was lost.
  if (error instanceof Error) expect(error).toMatchObject({ code: "conflict" });
});

test.each(calls)("%s succeeds over a slow connection", async (_, run) => {
  await storage.setAll({ kind: "delay", ms: 40 });
  const error = await caught(run(ports));
  expect(storage.faultCount()).toBeGreaterThan(0);
  if (error instanceof Error) expect(error).toMatchObject({ code: "conflict" });
});

test("throws the reason of an aborted signal at once while storage does not respond", async () => {
  await storage.setAll({ kind: "silence" });
  const caller = new AbortController();
  const ended = caught(ports.records.get(name, { signal: caller.signal }));
  const reason = new Error("the caller gave up");
  caller.abort(reason);
  expect(await ended).toBe(reason);
});

describe("when the response to a write is lost", () => {
  const lost = { kind: "cut", side: "answer", after: 0, times: 1 } as const;

  test("creating a record returns the conflict with its own write", async () => {
    await storage.lines.blob.set(lost);
    expect(await caught(ports.records.create(sampleRecord({ name })))).toMatchObject({ code: "conflict" });
    expect(storage.lines.blob.faultCount).toBe(1);
    expect((await ports.records.get(name))?.value).toEqual(sampleRecord({ name }));
  });

  test("replacing a record returns the conflict with its own write", async () => {
    const etag = await ports.records.create(sampleRecord({ name }));
    await storage.lines.blob.set(lost);
    expect(await caught(ports.records.replace(sampleRecord({ name, revision: 2 }), etag))).toMatchObject({
      code: "conflict",
    });
    expect(storage.lines.blob.faultCount).toBe(1);
    expect((await ports.records.get(name))?.value.revision).toBe(2);
  });

  test("bytes are appended to a log once", async () => {
    await ports.logs.append(name, log, 0, Buffer.from("one "));
    await storage.lines.blob.set(lost);
    await ports.logs.append(name, log, 4, Buffer.from("two "));
    expect(storage.lines.blob.faultCount).toBe(1);
    await ports.logs.append(name, log, 8, Buffer.from("three"));
    expect((await bytesOf(await ports.logs.read(name, log))).toString()).toBe("one two three");
  });

  test("a log is created once", async () => {
    await storage.lines.blob.set({ ...lost, times: 3 });
    expect(await caught(ports.logs.append(name, log, 0, Buffer.from("one")))).toMatchObject({ code: "unavailable" });
    expect(storage.faultCount()).toBe(3);
    await storage.setAll({ kind: "none" });
    await ports.logs.append(name, log, 0, Buffer.from("one"));
    expect((await bytesOf(await ports.logs.read(name, log))).toString()).toBe("one");
  });

  test("deleting a record succeeds", async () => {
    const etag = await ports.records.create(sampleRecord({ name }));
    await storage.lines.blob.set(lost);
    await ports.records.delete(name, etag);
    expect(storage.lines.blob.faultCount).toBe(1);
  });

  test("an index row is written", async () => {
    await storage.lines.table.set(lost);
    await ports.index.put(sampleEntry(name));
    expect(storage.lines.table.faultCount).toBe(1);
    expect(await ports.index.get(name, sampleEntry(name).created_at)).toEqual(sampleEntry(name));
  });

  test("a message is enqueued once or twice", async () => {
    await storage.lines.queue.set(lost);
    await ports.queues.sendDispatch({ schema_version: 1, name, submission_id: "3f1c" });
    expect(storage.lines.queue.faultCount).toBe(1);
  });
});

describe("when reading a log is interrupted", () => {
  const size = 3_000_000;
  const bytes = Buffer.alloc(size, "0123456789");
  beforeEach(() => direct.logs.append(name, log, 0, bytes));

  test("by a lost connection, the read fails instead of returning a part", async () => {
    await storage.lines.blob.set({ kind: "cut", side: "answer", after: 500_000, times: 1 });
    const content = await ports.logs.read(name, log);
    expect(await caught(bytesOf(content))).toMatchObject({ code: "unavailable" });
    expect(storage.lines.blob.faultCount).toBe(1);
  });

  test("by a stalled connection, the read fails within the time limit", async () => {
    await storage.lines.blob.set({ kind: "silence", after: 500_000 });
    const content = await hasty.logs.read(name, log);
    const started = performance.now();
    expect(await caught(bytesOf(content))).toMatchObject({ code: "unavailable" });
    expect(storage.lines.blob.faultCount).toBeGreaterThan(0);
    expect(performance.now() - started).toBeLessThan(2500);
  });
});
