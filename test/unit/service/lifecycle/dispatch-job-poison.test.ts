import { beforeEach, describe, expect, test } from "vitest";
import type { DispatchMessage } from "../../../../shared/core/records/messages.ts";
import type { JobRecord } from "../../../../shared/core/records/record.ts";
import { cancelJob } from "../../../../shared/service/jobs/cancel-job.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { dispatchJob } from "../../../../shared/service/lifecycle/dispatch-job.ts";
import { handlePoisonDispatch } from "../../../../shared/service/lifecycle/dispatch-job-poison.ts";
import { jobReader } from "../../../support/job-reader.ts";
import { expectSettled } from "../../../support/memory/expect-settled.ts";
import { passTime } from "../../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

let world: World;
let message: DispatchMessage;

beforeEach(async () => {
  world = createWorld();
  await submitJob(world, submission());
  message = world.queues.dispatches.shift() as DispatchMessage;
});

/** The backend gets the job, but its answer is lost. */
const submitUnanswered = async () => {
  const job = jobReader.jobOf((await record()) as JobRecord);
  await world.backend.submit({ name: "iris", submission_id: message.submission_id, job, experiment_name: "Default" });
};
const record = async () => (await world.records.get("iris"))?.value;

describe("a dispatch that failed too often", () => {
  test("is an error for the host, until the poison handler gets it", async () => {
    world.backend.plan("submit", { kind: "broken" });
    await expect(dispatchJob(world, message)).rejects.toThrow("The backend broke.");
  });

  test("fails a job that the backend does not have", async () => {
    expect(await handlePoisonDispatch(world, message)).toMatch(
      /^A dispatch failed too often; job iris is Failed\. The message: \{.*"iris".*\}$/,
    );
    expect((await expectSettled(world, "iris")).error).toMatchObject({ code: "dispatch_failed" });
  });

  test("continues a job that the backend has", async () => {
    await submitUnanswered();
    world.backend.say("iris", { status: "Running" });
    await handlePoisonDispatch(world, message);
    expect(await record()).toMatchObject({ status: "Running", dispatched_at: expect.any(String) });
    expect(world.backend.started).toEqual(["iris"]);
  });

  test.each(["unreachable", "throttled"] as const)(
    "keeps the job open while the backend is %s, and the poll enqueues it again",
    async (kind) => {
      world.backend.plan("observe", { kind });
      await handlePoisonDispatch(world, message);
      expect(await record()).toMatchObject({ status: "NotStarted" });
      await passTime(world, 2);
      expect(await record()).toMatchObject({ status: "Queued" });
    },
  );

  test("fails the job after 24 hours in which the backend fails all calls", async () => {
    world.backend.always("submit", { kind: "broken" });
    world.backend.always("observe", { kind: "unreachable" });
    await passTime(world, 2);
    await passTime(world, 24.3 * 60);
    expect((await expectSettled(world, "iris")).error).toMatchObject({ code: "backend_unreachable" });
  });

  test("of a job with a requested cancel ends it as Canceled", async () => {
    world.backend.plan("submit", { kind: "broken" });
    await dispatchJob(world, message).catch(() => undefined);
    await cancelJob(world, "iris");
    await handlePoisonDispatch(world, message);
    expect(await expectSettled(world, "iris")).toMatchObject({ status: "Canceled" });
  });

  test("is thrown unchanged when the backend fails unexpectedly", async () => {
    world.backend.plan("observe", { kind: "broken" });
    await expect(handlePoisonDispatch(world, message)).rejects.toThrow("The backend broke.");
  });

  test.each([
    ["no message of ours"],
    [{ schema_version: 1, name: "rose", submission_id: "x" }],
    [{ schema_version: 1, name: "iris", submission_id: "x" }],
  ])("is ignored if its job does not exist: %j", async (received) => {
    expect(await handlePoisonDispatch(world, received)).toMatch(
      /; (the message is invalid|job \w+ of this message no longer exists)\. The message: /,
    );
    expect(await record()).toMatchObject({ status: "NotStarted" });
  });

  test("changes nothing for a job that was submitted in the meantime", async () => {
    await dispatchJob(world, message);
    const before = await record();
    await handlePoisonDispatch(world, message);
    expect(await record()).toEqual(before);
  });
});
