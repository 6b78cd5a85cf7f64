import { beforeEach, describe, expect, test } from "vitest";
import type { JobRecord } from "../../../../shared/core/records/record.ts";
import { revise } from "../../../../shared/core/records/revise.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { type JobUpdate, updateJob } from "../../../../shared/service/lifecycle/update-job.ts";
import { deliverAll, passTime } from "../../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

let world: World;

beforeEach(async () => {
  world = createWorld();
  await submitJob(world, submission());
});

const archive = (record: JobRecord, now: Date) => revise(record, { archived: true }, now);
const leave = () => undefined;
const row = async () => (await world.openJobs.get("iris"))?.value;
const down = () => Promise.reject(new Error("The index is down."));
const withoutIndex = () => ({ ...world, index: { ...world.index, put: down } });

/** The calls of an update that change or read the row, the record or the index, in order. */
async function callsOf(update: JobUpdate): Promise<readonly string[]> {
  const calls: string[] = [];
  const watch = <P extends object>(name: string, port: P): P =>
    new Proxy(port, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          calls.push(`${name}.${String(key)}`);
          return Reflect.apply(value, target, args);
        };
      },
    });
  const { records, openJobs, index } = world;
  const ports = { records: watch("records", records), openJobs: watch("row", openJobs), index: watch("index", index) };
  await updateJob({ ...world, ...ports }, "iris", update);
  return calls;
}

async function finish(): Promise<void> {
  await deliverAll(world);
  world.backend.say("iris", { status: "Completed" });
  await passTime(world, 1);
}

describe("an update of a job with an openjobs row", () => {
  test("reads the row, writes the record, then the projections", async () => {
    expect(await callsOf({ record: archive })).toEqual([
      "row.get",
      "records.get",
      "records.replace",
      "index.put",
      "row.merge",
    ]);
  });

  test("updates the projections also if the record stays as it is", async () => {
    expect(await callsOf({ record: leave, row: () => ({ cancel: "refused" }) })).toEqual([
      "row.get",
      "records.get",
      "index.put",
      "row.merge",
    ]);
    expect(await row()).toMatchObject({ cancel: "refused" });
  });

  test("throws errors of the projections, after the record was written", async () => {
    await expect(updateJob(withoutIndex(), "iris", { record: archive })).rejects.toThrow("The index is down.");
    expect((await world.records.get("iris"))?.value.archived).toBe(true);
  });

  test("leaves events that cannot be published to healing", async () => {
    world.events.fault = "fails";
    expect(await updateJob(world, "iris", { record: archive })).toMatchObject({ changed: true });
    expect(await row()).toMatchObject({ published_seq: 0, heal_at: world.clock.now().toISOString() });
  });

  test("is undefined for a job that does not exist", async () => {
    expect(await updateJob(world, "rose", { record: archive })).toBeUndefined();
  });
});

describe("an update that ensures the openjobs row", () => {
  const ensureRow = () => ({});

  test("writes the row before the record", async () => {
    expect(await callsOf({ record: archive, ensureRow })).toEqual([
      "records.get",
      "row.merge",
      "row.get",
      "records.replace",
      "index.put",
      "row.merge",
    ]);
  });

  test("creates the row of a finished job, and deletes it after the projections", async () => {
    await finish();
    expect(await callsOf({ record: archive, ensureRow })).toEqual([
      "records.get",
      "row.get",
      "row.put",
      "records.replace",
      "index.put",
      "row.delete",
    ]);
    expect(await row()).toBeUndefined();
  });

  test("does not touch the row if the record stays as it is", async () => {
    expect(await callsOf({ record: leave, ensureRow })).toEqual(["records.get"]);
  });

  test("is a success if only the projections fail, and healing is due in a minute", async () => {
    expect(await updateJob(withoutIndex(), "iris", { record: archive, ensureRow })).toMatchObject({ changed: true });
    const minute = new Date(world.clock.now().getTime() + 60_000).toISOString();
    expect(await row()).toMatchObject({ heal_at: minute });
  });
});
