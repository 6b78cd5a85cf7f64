import { beforeEach, describe, expect, test } from "vitest";
import { indexEntry } from "../../../../shared/core/records/index-entry.ts";
import type { JobRecord } from "../../../../shared/core/records/record.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { restoreRow } from "../../../../shared/service/lifecycle/restore-row.ts";
import { jobReader } from "../../../support/job-reader.ts";
import { deliverAll, passTime } from "../../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

let world: World;
let earlier: JobRecord;

async function stored(): Promise<{ readonly value: JobRecord; readonly etag: string }> {
  const found = await world.records.get("iris");
  if (found === undefined) throw new Error("There is no record.");
  return found;
}

const row = () => world.openJobs.get("iris");
const listed = async () => (await world.index.query({ limit: 10 })).entries.map(({ status }) => status);

beforeEach(async () => {
  world = createWorld();
  await submitJob(world, submission());
  await deliverAll(world);
  earlier = (await stored()).value;
  world.backend.say("iris", { status: "Completed" });
  await passTime(world, 3);
});

describe("a job without its row", () => {
  test("ends again if storage returned its record to a state before the end", async () => {
    expect([(await stored()).value.status, await row()]).toEqual(["Completed", undefined]);
    await world.records.replace(earlier, (await stored()).etag);
    await passTime(world, 3);
    expect((await stored()).value.status).toBe(earlier.status);

    expect(await restoreRow(world, "iris")).toBe(earlier.submission_id);
    await passTime(world, 3);
    expect([(await stored()).value.status, await row(), await listed()]).toEqual([
      "Completed",
      undefined,
      ["Completed"],
    ]);
    expect(world.backend.started).toEqual(["iris"]);
  });

  test.each<[string, () => Promise<void>]>([
    ["took its entry in the list back", () => world.index.put(indexEntry(jobReader, earlier))],
    ["lost its entry in the list", async () => undefined],
  ])("is listed correctly if storage %s", async (_what, put) => {
    await world.index.delete("iris", earlier.creation_context.created_at);
    await put();
    await restoreRow(world, "iris");
    await passTime(world, 3);
    expect([await listed(), await row()]).toEqual([["Completed"], undefined]);
  });
});

test("creates no row for a finished job that is listed correctly", async () => {
  expect(await restoreRow(world, "iris")).toBe(earlier.submission_id);
  expect(await row()).toBeUndefined();
});

test("leaves an existing row as it is", async () => {
  await submitJob(world, submission({ name: "rose" }));
  const before = await world.openJobs.get("rose");
  await restoreRow(world, "rose");
  expect(await world.openJobs.get("rose")).toEqual(before);
});

test("creates no row for a job without a record", async () => {
  expect(await restoreRow(world, "unknown")).toBeUndefined();
  expect(await world.openJobs.get("unknown")).toBeUndefined();
});
