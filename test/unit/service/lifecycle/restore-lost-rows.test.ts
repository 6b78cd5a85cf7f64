import { beforeEach, expect, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import type { JobRecord } from "../../../../shared/core/records/record.ts";
import { editJob } from "../../../../shared/service/jobs/edit-job.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { createRestoreLostRows } from "../../../../shared/service/lifecycle/restore-lost-rows.ts";
import { expectSettled } from "../../../support/memory/expect-settled.ts";
import { deliverAll, passTime } from "../../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});

const record = async (name: string) => (await world.records.get(name))?.value as JobRecord;
const isOpen = async (name: string) => (await world.openJobs.get(name)) !== undefined;

async function loseOpenRow(name: string): Promise<void> {
  await world.openJobs.delete(name, (await world.openJobs.get(name))?.etag ?? "");
}

async function loseIndexRow(name: string): Promise<void> {
  await world.index.delete(name, (await record(name)).creation_context.created_at);
}

/** The search of a service that has just started. */
const look = (more: Partial<World> = {}) => createRestoreLostRows({ ...world, ...more, unansweredCalls: () => 0 })();

test("dispatches an undispatched job that lost its rows", async () => {
  await submitJob(world, submission());
  world.queues.dispatches.length = 0;
  await Promise.all([loseOpenRow("iris"), loseIndexRow("iris")]);
  await passTime(world, 30);
  expect(world.backend.started).toEqual([]);
  expect(await look()).toEqual(["iris"]);
  await passTime(world, 1);
  expect(world.backend.started).toEqual(["iris"]);
});

test("follows a running job that lost its openjobs row, or both rows, to its end", async () => {
  for (const name of ["iris", "rose"]) await submitJob(world, submission({ name }));
  await deliverAll(world);
  for (const name of ["iris", "rose"]) {
    await loseOpenRow(name);
    world.backend.say(name, { status: "Completed" });
  }
  await loseIndexRow("rose");
  expect(new Set(await look())).toEqual(new Set(["iris", "rose"]));
  await passTime(world, 1);
  for (const name of ["iris", "rose"]) expect(await expectSettled(world, name)).toMatchObject({ status: "Completed" });
});

test("follows a job whose record is older than its index row to its end", async () => {
  await submitJob(world, submission());
  await deliverAll(world);
  const running = await record("iris");
  world.backend.say("iris", { status: "Completed" });
  await passTime(world, 1);
  await world.records.replace(running, (await world.records.get("iris"))?.etag ?? "");
  expect(await look()).toEqual(["iris"]);
  await passTime(world, 1);
  expect(await record("iris")).toMatchObject({ status: "Completed" });
  expect(await isOpen("iris")).toBe(false);
});

test("restores the index row of a finished job", async () => {
  await submitJob(world, submission());
  await deliverAll(world);
  world.backend.say("iris", { status: "Completed" });
  await passTime(world, 1);
  await loseIndexRow("iris");
  expect(await look()).toEqual(["iris"]);
  await passTime(world, 1);
  await expectSettled(world, "iris");
});

test("sends the edit of a job that lost its row again", async () => {
  const told: unknown[] = [];
  const edited = {
    ...world,
    backend: { ...world.backend, update: async (_ref: unknown, metadata: unknown) => void told.push(metadata) },
  };
  await submitJob(world, submission());
  await deliverAll(world);
  await editJob(edited, "iris", { edit: { display_name: "Rose" }, by: { name: "ada", type: "User" } });
  await loseOpenRow("iris");
  await look();
  await passTime(edited, 1);
  expect(told).toMatchObject([{ display_name: "Rose" }, { display_name: "Rose" }]);
});

test("changes no intact jobs, and does not read finished ones that are older than a loss", async () => {
  for (const name of ["old", "done", "open"]) {
    await submitJob(world, submission({ name }));
    await deliverAll(world);
    if (name === "open") continue;
    world.backend.say(name, { status: "Completed" });
    await passTime(world, 15);
  }
  const read: string[] = [];
  const get: World["records"]["get"] = (name, options) => {
    read.push(name);
    return world.records.get(name, options);
  };
  const before = await world.openJobs.get("open");
  expect(await look({ records: { ...world.records, get } })).toEqual([]);
  expect([read, await world.openJobs.get("open")]).toEqual([[], before]);
});

test("continues after a record that cannot be read", async () => {
  for (const name of ["bad", "iris"]) await submitJob(world, submission({ name }));
  await loseOpenRow("bad");
  await loseOpenRow("iris");
  const damaged = () => Promise.reject(new ServiceError("record_damaged", "It is damaged."));
  const get: World["records"]["get"] = (name, options) =>
    name === "bad" ? damaged() : world.records.get(name, options);
  expect(await look({ records: { ...world.records, get } })).toEqual(["iris"]);
});

test("searches after a start, after unanswered calls and after a failure, and makes no calls otherwise", async () => {
  let [silences, looks] = [0, 0];
  let fails = false;
  const due: World["openJobs"]["due"] = (now, options) => {
    looks += 1;
    return fails ? Promise.reject(new ServiceError("unavailable", "down")) : world.openJobs.due(now, options);
  };
  const reopenLost = createRestoreLostRows({
    ...world,
    openJobs: { ...world.openJobs, due },
    unansweredCalls: () => silences,
  });
  await reopenLost();
  await reopenLost();
  expect(looks).toBe(1);
  [silences, fails] = [2, true];
  await expect(reopenLost()).rejects.toMatchObject({ code: "unavailable" });
  fails = false;
  await reopenLost();
  await reopenLost();
  expect(looks).toBe(3);
});
