// Edits that are sent to a backend that shows jobs.
import { describe, expect, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import { type BackendJobRef, BackendRefusal, type JobMetadata } from "../../../../shared/core/ports/backend-port.ts";
import { editJob } from "../../../../shared/service/jobs/edit-job.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { expectSettled } from "../../../support/memory/expect-settled.ts";
import { deliverAll, passTime } from "../../../support/memory/pass-time.ts";
import { createWorld, submission } from "../../../support/memory/world.ts";

const by = { name: "ada", type: "User" };
const fields = { name: "iris", tags: { kind: "test" }, properties: { a: "1" } };

/** A world whose backend stores the metadata that it receives, after some failures. */
async function start({ delivered = true, failures = [] as Error[] } = {}) {
  const { backend, ...ports } = createWorld();
  const told: (JobMetadata & { name: string })[] = [];
  const update = async ({ name }: BackendJobRef, metadata: JobMetadata) => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    told.push({ ...metadata, name });
  };
  const world = { ...ports, backend: { ...backend, update } };
  await submitJob(world, submission(fields));
  if (delivered) await deliverAll(world);
  return { world, told };
}

const outage = () => new ServiceError("unavailable", "The backend cannot be reached.");
const row = async ({ world }: Awaited<ReturnType<typeof start>>) => (await world.openJobs.get("iris"))?.value;

describe("an edit", () => {
  test("sends the current metadata to the backend at once", async () => {
    const { world, told } = await start();
    await editJob(world, "iris", {
      edit: { display_name: "Rose", tags: { kind: null, color: "red" }, properties: { b: "2" }, archived: true },
      by,
    });
    expect(told).toEqual([
      {
        name: "iris",
        experiment_name: "Default",
        display_name: "Rose",
        description: "",
        tags: { color: "red" },
        removed_tags: ["kind"],
        properties: { b: "2" },
        archived: true,
      },
    ]);
  });

  test("is sent by healing if the backend could not be reached", async () => {
    const started = await start({ failures: [outage(), outage()] });
    const { world, told } = started;
    await editJob(world, "iris", { edit: { display_name: "Rose" }, by });
    expect([told, (await row(started))?.edit]).toEqual([[], "pending"]);
    await passTime(world, 5);
    expect(told).toMatchObject([{ display_name: "Rose" }]);
    expect((await row(started))?.edit).toBe("sent");
  });

  test("of an undispatched job is sent after the dispatch", async () => {
    const { world, told } = await start({ delivered: false });
    await editJob(world, "iris", { edit: { display_name: "Rose" }, by });
    expect(told).toEqual([]);
    await deliverAll(world);
    await passTime(world, 5);
    expect(told).toMatchObject([{ display_name: "Rose" }]);
  });

  test("that is pending keeps the row of a job that ends, until it is sent", async () => {
    const started = await start({ failures: [outage()] });
    const { world, told } = started;
    await editJob(world, "iris", { edit: { display_name: "Rose" }, by });
    world.backend.say("iris", { status: "Completed" });
    world.clock.advance(5000);
    await passTime(world, 0.25);
    expect([told, (await row(started))?.edit]).toEqual([[], "pending"]);
    await passTime(world, 5);
    expect(told).toHaveLength(1);
    await expectSettled(world, "iris");
  });

  test("stays pending until it is sent, if it arrives during an earlier one and cannot reach the backend", async () => {
    const started = await start();
    const { world, told } = started;
    const { update } = world.backend;
    const second = { ...world, backend: { ...world.backend, update: () => Promise.reject(outage()) } };
    const slow = async (ref: BackendJobRef, metadata: JobMetadata) => {
      await update(ref, metadata);
      await editJob(second, "iris", { edit: { display_name: "Lily" }, by });
    };
    await editJob({ ...world, backend: { ...world.backend, update: slow } }, "iris", {
      edit: { display_name: "Rose" },
      by,
    });
    expect([told.map(({ display_name }) => display_name), (await row(started))?.edit]).toEqual([["Rose"], "pending"]);
    await passTime(world, 5);
    expect([told.map(({ display_name }) => display_name), (await row(started))?.edit]).toEqual([
      ["Rose", "Lily"],
      "sent",
    ]);
  });

  test("stays pending if it is written at the moment when an earlier one is marked as sent", async () => {
    const started = await start();
    const { world, told } = started;
    const second = { ...world, backend: { ...world.backend, update: () => Promise.reject(outage()) } };
    let isFirst = true;
    const get: typeof world.openJobs.get = async (name, options) => {
      const found = await world.openJobs.get(name, options);
      if (told.length > 0 && isFirst) {
        isFirst = false;
        await editJob(second, "iris", { edit: { display_name: "Lily" }, by });
      }
      return found;
    };
    await editJob({ ...world, openJobs: { ...world.openJobs, get } }, "iris", { edit: { display_name: "Rose" }, by });
    expect([isFirst, (await row(started))?.edit]).toEqual([false, "pending"]);
  });

  test("of a finished job is sent, and its row is deleted", async () => {
    const { world, told } = await start();
    world.backend.say("iris", { status: "Completed" });
    await passTime(world, 1);
    await expectSettled(world, "iris");
    await editJob(world, "iris", { edit: { archived: true }, by });
    expect(told).toMatchObject([{ archived: true }]);
    await passTime(world, 5);
    await expectSettled(world, "iris");
    expect(told).toHaveLength(1);
  });

  test("that removes tags is discarded only after the backend has received it", async () => {
    const { world, told } = await start({ failures: [outage(), outage()] });
    await editJob(world, "iris", { edit: { tags: { color: "red" } }, by });
    const { edits } = await editJob(world, "iris", { edit: { tags: { color: null, kind: null } }, by });
    expect(edits.tags).toEqual({ color: null, kind: null });
    await passTime(world, 5);
    expect(told).toMatchObject([{ removed_tags: ["color", "kind"], tags: {} }]);
    // The submission has this tag.
    expect((await world.records.get("iris"))?.value.edits.tags).toEqual({ kind: null });
  });

  test("that sets and removes tags 320 times leaves the size of the record unchanged", async () => {
    const { world } = await start();
    const size = async () => JSON.stringify((await world.records.get("iris"))?.value).length;
    const before = await size();
    for (let pair = 0; pair < 320; pair += 1) {
      const keys = Array.from({ length: 40 }, (_, at) => `${pair}-${at}-${"k".repeat(900)}`);
      await editJob(world, "iris", { edit: { tags: Object.fromEntries(keys.map((key) => [key, "v"])) }, by });
      await editJob(world, "iris", { edit: { tags: Object.fromEntries(keys.map((key) => [key, null])) }, by });
    }
    expect(await size()).toBeLessThan(before + 500);
  });

  test("that would let the record grow without limit during an outage is rejected with the size", async () => {
    const { world } = await start({ failures: Array.from({ length: 1000 }, outage) });
    const pairs = async () => {
      for (let pair = 0; pair < 320; pair += 1) {
        const keys = Array.from({ length: 40 }, (_, at) => `${pair}-${at}-${"k".repeat(900)}`);
        await editJob(world, "iris", { edit: { tags: Object.fromEntries(keys.map((key) => [key, "v"])) }, by });
        await editJob(world, "iris", { edit: { tags: Object.fromEntries(keys.map((key) => [key, null])) }, by });
      }
    };
    await expect(pairs()).rejects.toMatchObject({
      code: "edits_too_large",
      message: expect.stringMatching(/would have \d+ bytes, and at most 524288 are stored/),
    });
    expect(JSON.stringify((await world.records.get("iris"))?.value).length).toBeLessThan(600_000);
  });

  test("that the backend refuses stays stored", async () => {
    const started = await start({ failures: [new BackendRefusal("UserError", "No.")] });
    const edited = await editJob(started.world, "iris", { edit: { display_name: "Rose" }, by });
    expect(edited.edits.display_name).toBe("Rose");
    expect((await row(started))?.edit).toBe("sent");
  });
});
