import { beforeEach, describe, expect, test } from "vitest";
import { sweepInbox } from "../../../shared/service/inbox/sweep-inbox.ts";
import { cancelJob } from "../../../shared/service/jobs/cancel-job.ts";
import { createReadyCheck } from "../../../shared/service/jobs/check-ready.ts";
import { createSubmissionQuota } from "../../../shared/service/jobs/submission-quota.ts";
import { submitJob } from "../../../shared/service/jobs/submit-job.ts";
import { healJobs } from "../../../shared/service/lifecycle/heal-jobs.ts";
import { expectSettled } from "../../support/memory/expect-settled.ts";
import { deliverAll, passTime } from "../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../support/memory/world.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const record = async (name = "iris") => (await world.records.get(name))?.value;
let world: World;
beforeEach(() => {
  world = createWorld();
});

/** In both directions: a computer that slept, a corrected clock, a late time server. */
const jumps = [
  -45 * second,
  -10 * minute,
  -hour,
  -25 * hour,
  -366 * 24 * hour,
  10 * minute,
  25 * hour,
  366 * 24 * hour,
];

describe.each(jumps)("after the clock jumped by %i ms", (jump) => {
  test("a running job is followed to its end within two minutes", async () => {
    await submitJob(world, submission());
    await passTime(world, 30);
    world.backend.say("iris", { status: "Running" });
    await passTime(world, 2);
    world.clock.advance(jump);
    world.backend.say("iris", { status: "Completed" });
    await passTime(world, 2);
    expect(await record()).toMatchObject({ status: "Completed" });
    await passTime(world, 1);
    await expectSettled(world, "iris");
  });

  test("a service that was off in the meantime follows it to its end within 15 minutes", async () => {
    await submitJob(world, submission());
    await passTime(world, 30);
    // Another process, without an earlier time in memory.
    const next = { ...world, clock: { ...world.clock, now: world.clock.now, advance: world.clock.advance } };
    world.clock.advance(jump);
    world.backend.say("iris", { status: "Completed" });
    await passTime(next, 15);
    expect(await record()).toMatchObject({ status: "Completed" });
  });

  test("a lost dispatch is enqueued again", async () => {
    await submitJob(world, submission());
    world.queues.dispatches.splice(0);
    await passTime(world, 0.5);
    world.clock.advance(jump);
    await passTime(world, 3);
    expect(world.backend.started).toEqual(["iris"]);
  });

  test("a cancel reaches the backend, and the effects of a crash are repaired", async () => {
    await submitJob(world, submission());
    await passTime(world, 5);
    world.clock.advance(jump);
    await world.dumps.delete("iris");
    await world.openJobs.merge("iris", { dump_of: "" });
    world.backend.plan("cancel", { kind: "unreachable" });
    await cancelJob(world, "iris");
    await passTime(world, 3);
    expect(world.backend.canceled).toContain("iris");
    expect(await world.dumps.get("iris")).toBe((await record())?.dump);
  });

  test("a backend that requested a pause gets calls again", async () => {
    await submitJob(world, submission());
    await passTime(world, 5);
    world.backend.plan("observe", { kind: "throttled", retryAfterSeconds: 300 });
    world.clock.advance(minute);
    await passTime(world, 0.25);
    world.clock.advance(jump);
    world.backend.say("iris", { status: "Completed" });
    await passTime(world, 8);
    expect(await record()).toMatchObject({ status: "Completed" });
  });

  test("a dropped file without an event is enqueued", async () => {
    await sweepInbox(world);
    world.clock.advance(jump);
    world.inbox.drop("a.yml", "command: echo hi\nenvironment: azureml:cpu@latest\n");
    world.clock.advance(3 * minute);
    await sweepInbox(world);
    expect(world.inboxQueue.enqueued.map(({ path }) => path)).toEqual(["a.yml"]);
  });

  test("a row without a record is deleted", async () => {
    const put: World["records"]["create"] = () => Promise.reject(new Error("crash"));
    await submitJob({ ...world, records: { ...world.records, create: put } }, submission()).catch(() => undefined);
    expect(await world.openJobs.get("iris")).toBeDefined();
    await healJobs(world);
    world.clock.advance(jump);
    await passTime(world, 15);
    expect(await world.openJobs.get("iris")).toBeUndefined();
  });

  test("an owner at the limit may submit again after two minutes", async () => {
    const ports = { ...world, quota: createSubmissionQuota(world, 2) };
    for (const name of ["a", "b"]) await submitJob(ports, submission({ name }));
    world.clock.advance(jump);
    world.clock.advance(2 * minute);
    await submitJob(ports, submission({ name: "c" }));
    expect(await record("c")).toBeDefined();
  });

  test("readiness is checked again", async () => {
    const check = createReadyCheck(world);
    world.backend.plan("ready", { kind: "unreachable" });
    expect(await check()).toMatchObject({ readiness: { status: "fail" } });
    world.clock.advance(jump);
    expect(await check()).toMatchObject({ readiness: { status: "pass" } });
  });
});

test("a job with an unreachable backend ends after a day of tries, not counting days of sleep", async () => {
  world.backend.always("submit", { kind: "unreachable" });
  await submitJob(world, submission());
  await passTime(world, 10);
  world.clock.advance(48 * hour);
  await passTime(world, 60);
  expect(await record()).toMatchObject({ status: "NotStarted" });
  await passTime(world, 24 * 60);
  expect(await record()).toMatchObject({ status: "Failed", error: { code: "backend_unreachable" } });
});

test("a finished job whose row waits for healing is not polled, with a steady clock", async () => {
  await submitJob(world, submission());
  await passTime(world, 1);
  const publish = () => Promise.reject(new Error("Nobody listens."));
  let asked = 0;
  const observe: World["backend"]["observe"] = (jobs, options) => {
    asked += jobs.length;
    return world.backend.observe(jobs, options);
  };
  const deaf = { ...world, events: { ...world.events, publish }, backend: { ...world.backend, observe } };
  world.backend.say("iris", { status: "Completed" });
  await passTime(deaf, 1);
  expect(await record()).toMatchObject({ status: "Completed" });
  asked = 0;
  await passTime(deaf, 10);
  expect(asked).toBe(0);
  await passTime(world, 61);
  await expectSettled(world, "iris");
});

test("a job that the backend lost ends although the clock went back between two polls", async () => {
  await submitJob(world, submission());
  await passTime(world, 5);
  await deliverAll(world);
  world.backend.drop("iris");
  await passTime(world, 0.5);
  world.clock.advance(-hour);
  await passTime(world, 3);
  expect(await record()).toMatchObject({ status: "Failed", error: { code: "backend_job_not_found" } });
});
