import { beforeEach, describe, expect, test } from "vitest";
import { deleteJob } from "../../../../shared/service/jobs/delete-job.ts";
import { getJob } from "../../../../shared/service/jobs/get-job.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { expectGone, expectSettled } from "../../../support/memory/expect-settled.ts";
import { type Failure, withFailure } from "../../../support/memory/failing-ports.ts";
import { deliverAll, passTime } from "../../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

let world: World;

beforeEach(start);

async function start(): Promise<void> {
  world = createWorld();
  for (const name of ["iris", "iris-2"]) {
    await submitJob(world, submission({ name }));
    await deliverAll(world);
    await world.logs.append(name, "user_logs/std_log.txt", 0, Buffer.from("hello\n"));
    await world.outputs.append(name, "model/weights.bin", 0, Buffer.from("1"));
    await world.logUrls.put(name, {
      urls: {},
      expires_at: "2026-03-01T13:00:00.000Z",
      refreshed_at: "2026-03-01T12:00:00.000Z",
    });
    world.backend.say(name, { status: "Completed" });
  }
  await passTime(world, 1);
  await expectSettled(world, "iris");
}

describe("a finished job", () => {
  test("is deleted with all its data, and no other job is changed", async () => {
    await deleteJob(world, "iris");
    await expectGone(world, "iris");
    await expectSettled(world, "iris-2");
    expect([await world.logs.list("iris-2"), await world.outputs.list("iris-2"), world.backend.has("iris-2")]).toEqual([
      [expect.objectContaining({ path: "user_logs/std_log.txt" })],
      [expect.objectContaining({ path: "model/weights.bin" })],
      true,
    ]);
  });

  test("can be deleted again, as a success", async () => {
    await deleteJob(world, "iris");
    await deleteJob(world, "iris");
    await deleteJob(world, "never");
  });

  test("frees its name for a new job", async () => {
    await deleteJob(world, "iris");
    expect((await submitJob(world, submission({ name: "iris", display_name: "another" }))).created).toBe(true);
    await deliverAll(world);
    expect(world.backend.started).toEqual(["iris", "iris-2", "iris"]);
  });

  test("is kept if the revision of the caller is stale", async () => {
    const { revision } = await getJob(world, "iris");
    await expect(deleteJob(world, "iris", { expected: [revision - 1] })).rejects.toMatchObject({
      code: "precondition_failed",
    });
    await expectSettled(world, "iris");
    await deleteJob(world, "iris", { expected: [revision] });
    await expectGone(world, "iris");
  });

  test("is deleted even if the backend refuses to delete its data", async () => {
    world.backend.plan("forget", { kind: "refused", code: "not_allowed" });
    await deleteJob(world, "iris");
    expect(await world.records.get("iris")).toBeUndefined();
  });
});

test.each([
  ["NotStarted", "Cancel it first."],
  ["Running", "Cancel it first."],
  ["CancelRequested", "Delete it when it has ended."],
  ["Finalizing", "Delete it when it has ended."],
  ["NotResponding", "Cancel it first."],
  ["SomethingNew", "Cancel it first."],
])("rejects a job that is %s with the advice: %s", async (status, advice) => {
  const found = await world.records.get("iris");
  await world.records.replace({ ...found?.value, status } as never, found?.etag ?? "");
  await expect(deleteJob(world, "iris")).rejects.toMatchObject({
    code: "job_not_finished",
    message: `Job iris is ${status}; only a finished job can be deleted. ${advice}`,
  });
});

describe("while the backend cannot be reached", () => {
  beforeEach(async () => {
    world.backend.always("forget", { kind: "unreachable" });
    await deleteJob(world, "iris");
  });

  test("the job does not exist for callers, and its name stays taken", async () => {
    await expect(getJob(world, "iris")).rejects.toMatchObject({ code: "job_not_found" });
    await expect(submitJob(world, submission())).rejects.toMatchObject({ code: "conflict" });
    await deleteJob(world, "iris");
  });

  test("healing retries until it succeeds", async () => {
    await passTime(world, 3);
    expect(world.backend.has("iris")).toBe(true);
    world.backend.always("forget", undefined);
    await passTime(world, 2);
    await expectGone(world, "iris");
  });
});

describe("a crash at any call", () => {
  const failures: readonly Omit<Failure, "call">[] = [
    { kind: "crash", when: "before" },
    { kind: "crash", when: "after" },
    { kind: "outage", when: "before" },
    { kind: "outage", when: "after" },
  ];

  test.each(failures)("leaves the whole job or nothing ($kind $when)", async ({ kind, when }) => {
    const { ports, calls } = withFailure(world, { kind, call: -1, when });
    await deleteJob(ports, "iris");
    expect(calls()).toBeGreaterThan(8);
    for (let call = 1; call <= calls(); call += 1) {
      await start();
      const faulty = withFailure(world, { kind, call, when });
      await deleteJob(faulty.ports, "iris").catch(() => undefined);
      // Healing deletes a row without a record ten minutes after the submission.
      await passTime(world, 12);
      if ((await world.records.get("iris")) === undefined) await expectGone(world, "iris");
      else await expectSettled(world, "iris");
    }
  });
});
