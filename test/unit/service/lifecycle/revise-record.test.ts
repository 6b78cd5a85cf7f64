import { beforeEach, describe, expect, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import type { Versioned } from "../../../../shared/core/ports/ports.ts";
import type { JobRecord } from "../../../../shared/core/records/record.ts";
import { revise } from "../../../../shared/core/records/revise.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { reviseRecord } from "../../../../shared/service/lifecycle/revise-record.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

let world: World;

beforeEach(async () => {
  world = createWorld();
  await submitJob(world, submission());
});

const addTag = (key: string) =>
  reviseRecord(world, "iris", (record, now) =>
    revise(record, { edits: { tags: { ...record.edits.tags, [key]: "" } } }, now),
  );

describe("a revision", () => {
  test("loses no change of many concurrent writers", async () => {
    await Promise.all(["a", "b", "c", "d", "e", "f"].map(addTag));
    const found = (await world.records.get("iris"))?.value;
    expect(found?.edits.tags).toEqual({ a: "", b: "", c: "", d: "", e: "", f: "" });
    expect(found?.revision).toBe(7);
  });

  test("starts from the record that the caller has read, without reading it again", async () => {
    const start = await world.records.get("iris");
    let reads = 0;
    const get: World["records"]["get"] = (name, options) => {
      reads += 1;
      return world.records.get(name, options);
    };
    const options = start === undefined ? {} : { start };
    await reviseRecord(
      { ...world, records: { ...world.records, get } },
      "iris",
      (record, now) => revise(record, { archived: true }, now),
      options,
    );
    expect([reads, (await world.records.get("iris"))?.value.archived]).toEqual([0, true]);
  });

  test("starts from the stored record if the one that the caller has read is outdated", async () => {
    const start = await world.records.get("iris");
    await addTag("a");
    await reviseRecord(
      world,
      "iris",
      (record, now) => revise(record, { archived: true }, now),
      start === undefined ? {} : { start },
    );
    expect((await world.records.get("iris"))?.value).toMatchObject({
      archived: true,
      edits: { tags: { a: "" } },
      revision: 3,
    });
  });

  test("writes nothing if the change leaves the record as it is", async () => {
    const before = await world.records.get("iris");
    expect(await reviseRecord(world, "iris", () => undefined)).toEqual({
      record: before?.value,
      etag: before?.etag,
      changed: false,
    });
    expect(await world.records.get("iris")).toEqual(before);
  });
});

describe("a revision stops", () => {
  test("for a job that does not exist", async () => {
    expect(await reviseRecord(world, "rose", () => undefined)).toBeUndefined();
  });

  test("for a job that is being deleted", async () => {
    const { value, etag } = (await world.records.get("iris")) as Versioned<JobRecord>;
    await world.records.replace({ ...value, deleted_at: "2026-03-01T12:00:00.000Z" }, etag);
    expect(await reviseRecord(world, "iris", () => undefined)).toBeUndefined();
  });

  test("after eight attempts on a record that keeps changing, with growing waits between them", async () => {
    const replace = async () => {
      throw new ServiceError("conflict", "changed");
    };
    const attempt = reviseRecord({ ...world, records: { ...world.records, replace } }, "iris", (record, now) =>
      revise(record, {}, now),
    );
    await expect(attempt).rejects.toMatchObject({ code: "conflict", retryAfterSeconds: 1 });
    expect(world.clock.sleeps).toHaveLength(7);
    for (const [index, slept] of world.clock.sleeps.entries()) expect(slept).toBeLessThan(40 * 2 ** index);
  });

  test("at once on any other error, also one of the change", async () => {
    const replace = async () => {
      throw new ServiceError("unavailable", "down");
    };
    const failing = { ...world, records: { ...world.records, replace } };
    await expect(reviseRecord(failing, "iris", (record, now) => revise(record, {}, now))).rejects.toMatchObject({
      code: "unavailable",
    });
    const refuse = () => {
      throw new ServiceError("job_already_finished", "no");
    };
    await expect(reviseRecord(world, "iris", refuse)).rejects.toMatchObject({ code: "job_already_finished" });
  });
});
