import { beforeEach, describe, expect, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import { indexEntry } from "../../../../shared/core/records/index-entry.ts";
import { cancelJob } from "../../../../shared/service/jobs/cancel-job.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { healJobs } from "../../../../shared/service/lifecycle/heal-jobs.ts";
import { jobReader } from "../../../support/job-reader.ts";
import { expectSettled } from "../../../support/memory/expect-settled.ts";
import { deliverAll } from "../../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

let world: World;

beforeEach(async () => {
  world = createWorld();
  await submitJob(world, submission());
  await deliverAll(world);
});

const minutes = 60_000;
const row = async () => (await world.openJobs.get("iris"))?.value;

describe("a job with nothing to repair", () => {
  test("is not checked within the first minute", async () => {
    world.clock.advance(minutes - 1);
    expect(await healJobs(world)).toEqual({ checked: 0, removed: 0, failed: [] });
  });

  test.each([
    [1, 1],
    [5, 5],
    [600, 60],
  ])("at an age of %i minutes is checked again after %i", async (age, next) => {
    world.clock.advance(age * minutes);
    expect(await healJobs(world)).toEqual({ checked: 1, removed: 0, failed: [] });
    expect(Date.parse((await row())?.heal_at ?? "") - world.clock.now().getTime()).toBe(next * minutes);
  });
});

describe("healing", () => {
  test.each([
    ["nothing of a dump", {}],
    ["of the dump of an earlier job of this name", { dump_of: "an earlier one" }],
  ])("writes a missing dump if the row has %s", async (_, told) => {
    await world.dumps.delete("iris");
    await world.openJobs.merge("iris", told);
    world.clock.advance(minutes);
    await healJobs(world);
    expect(await world.dumps.get("iris")).toBe((await world.records.get("iris"))?.value.dump);
  });

  test("tries to write a missing dump again until it succeeds", async () => {
    await world.dumps.delete("iris");
    const put: World["dumps"]["put"] = () => Promise.reject(new ServiceError("unavailable", "down"));
    for (let tick = 0; tick < 2; tick += 1) {
      world.clock.advance(minutes);
      expect((await healJobs({ ...world, dumps: { ...world.dumps, put } })).failed).toHaveLength(1);
    }
    world.clock.advance(minutes);
    await healJobs(world);
    expect(await world.dumps.get("iris")).toBeDefined();
  });

  test("updates an outdated index row and publishes pending events", async () => {
    const found = await world.records.get("iris");
    if (found === undefined) throw new Error("no record");
    const { value, etag } = found;
    const timeline = [
      ...value.timeline,
      { seq: 3, status: "Running", at: "2026-03-01T12:00:01.000Z", source: "backend" } as const,
    ];
    const record = { ...value, status: "Running", timeline, revision: value.revision + 1 };
    await world.records.replace(record, etag);
    world.clock.advance(minutes);
    await healJobs(world);
    expect(await world.index.get("iris", value.creation_context.created_at)).toEqual(indexEntry(jobReader, record));
    expect(world.events.published.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(await row()).toMatchObject({ published_seq: 3 });
  });

  test("deletes the row of a finished job", async () => {
    const found = await world.records.get("iris");
    if (found === undefined) throw new Error("no record");
    const { value, etag } = found;
    const timeline = [
      ...value.timeline,
      { seq: 3, status: "Completed", at: "2026-03-01T12:00:01.000Z", source: "backend" } as const,
    ];
    await world.records.replace({ ...value, status: "Completed", timeline, revision: value.revision + 1 }, etag);
    world.clock.advance(minutes);
    await healJobs(world);
    await expectSettled(world, "iris");
  });

  test("leaves a row that changed during the check", async () => {
    const found = await world.records.get("iris");
    await world.records.replace({ ...found?.value, status: "Completed" } as never, found?.etag ?? "");
    world.clock.advance(minutes);
    const put: World["index"]["put"] = async (entry, options) => {
      await world.openJobs.merge("iris", { sent_digest: "somebody else at work" });
      return world.index.put(entry, options);
    };
    expect(await healJobs({ ...world, index: { ...world.index, put } })).toMatchObject({ failed: [] });
    expect(await row()).toBeDefined();
  });

  test("does not delay the next check of a job that another operation made due soon", async () => {
    world.clock.advance(30 * minutes);
    const put: World["index"]["put"] = async (entry, options) => {
      await world.index.put(entry, options);
      await cancelJob(
        { ...world, backend: { ...world.backend, cancel: () => Promise.reject(new Error("crash")) } },
        "iris",
      );
    };
    const soon = new Date(world.clock.now().getTime() + minutes).toISOString();
    expect(await healJobs({ ...world, index: { ...world.index, put } })).toMatchObject({ checked: 1, failed: [] });
    expect(await row()).toMatchObject({ heal_at: soon });
  });

  test("writes dispatch, cancel and submission to the row after a crash, and makes the poll due", async () => {
    const found = await world.records.get("iris");
    if (found === undefined) throw new Error("no record");
    await world.records.replace(
      { ...found.value, status: "CancelRequested", cancel_requested_at: "2026-03-01T12:00:01.000Z" },
      found.etag,
    );
    const { dispatched_at: _, ...bare } = (await row()) ?? ({} as never);
    await world.openJobs.put({ ...bare, submission_id: "overwritten" });
    world.clock.advance(minutes);
    await healJobs(world);
    const { submission_id, dispatched_at } = found.value;
    expect(await row()).toMatchObject({
      submission_id,
      dispatched_at,
      cancel: "requested",
      next_poll_at: world.clock.now().toISOString(),
    });
  });

  test("preserves that the backend refused to cancel", async () => {
    const found = await world.records.get("iris");
    await world.records.replace(
      { ...found?.value, cancel_requested_at: "2026-03-01T12:00:01.000Z" } as never,
      found?.etag ?? "",
    );
    await world.openJobs.merge("iris", { cancel: "refused" });
    world.clock.advance(minutes);
    await healJobs(world);
    expect(await row()).toMatchObject({ cancel: "refused" });
  });

  test("continues with the next job when one fails, and reports it", async () => {
    await submitJob(world, submission({ name: "rose" }));
    world.clock.advance(minutes);
    const put: World["index"]["put"] = async (entry, options) => {
      if (entry.name === "iris") throw new ServiceError("unavailable", "down");
      return world.index.put(entry, options);
    };
    const report = await healJobs({ ...world, index: { ...world.index, put } });
    expect(report).toMatchObject({ checked: 2, failed: [{ name: "iris", error: { code: "unavailable" } }] });
    expect(Date.parse((await row())?.heal_at ?? "") - world.clock.now().getTime()).toBe(minutes);
  });

  test("checks every job, however many others fail at every tick", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `bad-${index}`);
    for (const name of [...names, "rose"]) await submitJob(world, submission({ name }));
    await world.dumps.delete("rose");
    await world.openJobs.merge("rose", { heal_at: new Date(world.clock.now().getTime() + minutes).toISOString() });
    for (const name of names) await world.openJobs.merge(name, { heal_at: world.clock.now().toISOString() });
    world.clock.advance(minutes);
    const get: World["records"]["get"] = async (name, options) => {
      if (!name.startsWith("bad")) return world.records.get(name, options);
      world.clock.advance(5000);
      throw new Error("This record cannot be read.");
    };
    for (let tick = 0; tick < 3; tick += 1) {
      expect((await healJobs({ ...world, records: { ...world.records, get } })).failed).toHaveLength(10);
      world.clock.advance(15_000);
    }
    expect(await world.dumps.get("rose")).toBeDefined();
  });

  test("stops after 45 seconds and leaves the rest for the next tick", async () => {
    for (const name of ["rose", "lily"]) await submitJob(world, submission({ name }));
    world.clock.advance(minutes);
    const put: World["dumps"]["put"] = async () => world.clock.advance(30_000);
    expect(await healJobs({ ...world, dumps: { ...world.dumps, put } })).toMatchObject({ checked: 2 });
  });
});

describe("a row without a record", () => {
  beforeEach(async () => {
    const found = await world.records.get("iris");
    await world.records.delete("iris", found?.etag ?? "");
  });

  test("is kept for ten minutes, as its submission may not have ended", async () => {
    world.clock.advance(10 * minutes - 1);
    expect(await healJobs(world)).toEqual({ checked: 1, removed: 0, failed: [] });
    expect(await row()).toBeDefined();
  });

  test("is deleted after that", async () => {
    world.clock.advance(10 * minutes);
    expect(await healJobs(world)).toEqual({ checked: 1, removed: 1, failed: [] });
    expect(await row()).toBeUndefined();
  });

  test("is kept if the job is submitted again at that moment", async () => {
    world.clock.advance(10 * minutes);
    const get: World["records"]["get"] = async (name, options) => {
      const found = await world.records.get(name, options);
      await submitJob(world, submission());
      return found;
    };
    await healJobs({ ...world, records: { ...world.records, get } });
    expect(await row()).toBeDefined();
  });
});
