import { beforeEach, describe, expect, test } from "vitest";
import { ServiceError } from "../../../../shared/core/errors.ts";
import type { DispatchMessage } from "../../../../shared/core/records/messages.ts";
import { knownStatuses } from "../../../../shared/core/records/status.ts";
import { cancelJob } from "../../../../shared/service/jobs/cancel-job.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { applyUpdate } from "../../../../shared/service/lifecycle/apply-update.ts";
import { dispatchJob } from "../../../../shared/service/lifecycle/dispatch-job.ts";
import { pollJobs } from "../../../../shared/service/lifecycle/poll-jobs.ts";
import { expectSettled } from "../../../support/memory/expect-settled.ts";
import { deliverAll, passTime } from "../../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

let world: World;

beforeEach(async () => {
  world = createWorld();
  await submitJob(world, submission());
});

const record = async () => (await world.records.get("iris"))?.value;
const row = async () => (await world.openJobs.get("iris"))?.value;
const message = () => world.queues.dispatches[0] as DispatchMessage;

describe("a cancel", () => {
  test("before the dispatch ends the job at once, without a call to the backend", async () => {
    expect(await cancelJob(world, "iris")).toMatchObject({
      status: "Canceled",
      finished_at: "2026-03-01T12:00:00.000Z",
    });
    await passTime(world, 5);
    expect((await expectSettled(world, "iris")).timeline.at(-1)).toMatchObject({
      status: "Canceled",
      source: "caller",
    });
    expect(world.backend.calls).toMatchObject({ submit: 0, cancel: 0 });
  });

  test("of a job at the backend is sent to it, and the job is CancelRequested until it ends", async () => {
    await deliverAll(world);
    expect(await cancelJob(world, "iris")).toMatchObject({ status: "CancelRequested" });
    expect(world.backend.canceled).toEqual(["iris"]);
    await passTime(world, 1);
    expect((await expectSettled(world, "iris")).timeline.map(({ status }) => status)).toEqual([
      "NotStarted",
      "Queued",
      "CancelRequested",
      "Canceled",
    ]);
  });

  test("with a stale revision is rejected, and the job continues", async () => {
    await expect(cancelJob(world, "iris", { expected: [7] })).rejects.toMatchObject({ code: "precondition_failed" });
    expect(await record()).toMatchObject({ status: "NotStarted", revision: 1 });
    expect(await cancelJob(world, "iris", { expected: [7, 1] })).toMatchObject({ status: "Canceled" });
  });

  test("makes the job due for the next poll, however old it is", async () => {
    await deliverAll(world);
    await passTime(world, 60);
    await cancelJob(world, "iris");
    expect(await row()).toMatchObject({ cancel: "requested", next_poll_at: world.clock.now().toISOString() });
  });

  test("during the dispatch is sent once the backend has the job", async () => {
    const submit: World["backend"]["submit"] = async (job, options) => {
      expect(await cancelJob(world, "iris")).toMatchObject({ status: "CancelRequested" });
      return world.backend.submit(job, options);
    };
    await dispatchJob({ ...world, backend: { ...world.backend, submit } }, message());
    expect(world.backend.canceled).toEqual(["iris"]);
    await passTime(world, 1);
    expect((await expectSettled(world, "iris")).status).toBe("Canceled");
  });

  test("is sent by the poll if the backend could not be reached", async () => {
    await deliverAll(world);
    world.backend.plan("cancel", { kind: "unreachable" }, { kind: "throttled" });
    expect(await cancelJob(world, "iris")).toMatchObject({ status: "CancelRequested" });
    await passTime(world, 2);
    expect(world.backend.calls.cancel).toBe(3);
    expect((await expectSettled(world, "iris")).status).toBe("Canceled");
  });

  test("that the backend refuses is added to the timeline, and the job continues", async () => {
    await deliverAll(world);
    world.backend.always("cancel", { kind: "refused", code: "not_allowed" });
    await cancelJob(world, "iris");
    await passTime(world, 2);
    expect((await record())?.timeline.at(-1)).toMatchObject({
      status: "CancelRequested",
      source: "backend",
      message: expect.stringContaining("not_allowed"),
    });
    expect([await row(), world.backend.calls.cancel]).toEqual([expect.objectContaining({ cancel: "refused" }), 1]);
    world.backend.say("iris", { status: "Completed" });
    await passTime(world, 1);
    expect((await expectSettled(world, "iris")).status).toBe("Completed");
  });

  test("that was refused is sent again on request, until it succeeds", async () => {
    await deliverAll(world);
    world.backend.plan(
      "cancel",
      { kind: "refused", code: "not_yet" },
      { kind: "unreachable" },
      { kind: "unreachable" },
    );
    await cancelJob(world, "iris");
    expect(await row()).toMatchObject({ cancel: "refused" });
    await cancelJob(world, "iris");
    await passTime(world, 2);
    expect(world.backend.calls.cancel).toBe(4);
    expect((await expectSettled(world, "iris")).status).toBe("Canceled");
  });

  test("is preserved when the backend still reports an active status", async () => {
    await deliverAll(world);
    world.backend.always("cancel", { kind: "unreachable" });
    await cancelJob(world, "iris");
    world.backend.say("iris", { status: "Running" });
    await passTime(world, 1);
    expect(await record()).toMatchObject({ status: "CancelRequested" });
  });

  test("that is repeated is sent again and changes nothing else", async () => {
    await deliverAll(world);
    world.backend.always("cancel", { kind: "unreachable" });
    const first = await cancelJob(world, "iris");
    expect(await cancelJob(world, "iris")).toEqual(first);
    expect(world.backend.calls.cancel).toBe(2);
  });

  test("is a success whatever fails after it was stored", async () => {
    await deliverAll(world);
    const put = async () => {
      throw new ServiceError("unavailable", "down");
    };
    expect(await cancelJob({ ...world, index: { ...world.index, put } }, "iris")).toMatchObject({
      status: "CancelRequested",
    });
    await passTime(world, 2);
    expect((await expectSettled(world, "iris")).status).toBe("Canceled");
  });

  test("of a job that does not exist is rejected", async () => {
    await expect(cancelJob(world, "rose")).rejects.toMatchObject({ code: "job_not_found" });
  });
});

describe("a cancel of a job at the backend that is", () => {
  const refused = ["Finalizing", "Completed", "Failed"];

  test.each(
    knownStatuses.map((status) => [
      status,
      refused.includes(status) ? "refused" : status === "Canceled" ? "Canceled" : "CancelRequested",
    ]),
  )("%s is %s", async (status, outcome) => {
    await deliverAll(world);
    world.backend.say("iris", { status });
    world.clock.advance(5000);
    await pollJobs(world);
    await deliverAll(world);
    expect(await record()).toMatchObject({ status });
    const answer = cancelJob(world, "iris");
    if (outcome === "refused")
      await expect(answer).rejects.toMatchObject({
        code: "job_already_finished",
        message: expect.stringContaining(`iris is ${status}`),
      });
    else expect((await answer).status).toBe(outcome);
  });
});

describe("a cancel and the end of the job at the same time", () => {
  test("agree on one outcome, in either order", async () => {
    await deliverAll(world);
    world.backend.say("iris", { status: "Completed" });
    world.clock.advance(5000);
    await pollJobs(world);
    const update = world.queues.updates.shift();
    const [canceled] = await Promise.allSettled([cancelJob(world, "iris"), applyUpdate(world, update)]);
    await passTime(world, 2);
    const { status, timeline } = await expectSettled(world, "iris");
    expect(status).toBe("Completed");
    expect(timeline.some((entry) => entry.status === "CancelRequested")).toBe(canceled.status === "fulfilled");
  });

  test("during its dispatch cancel the job at the backend", async () => {
    const submit: World["backend"]["submit"] = async (job, options) => {
      const observation = await world.backend.submit(job, options);
      const found = await world.records.get("iris");
      if (found !== undefined)
        await world.records.replace({ ...found.value, status: "Failed", revision: 9 }, found.etag);
      return observation;
    };
    await dispatchJob({ ...world, backend: { ...world.backend, submit } }, message());
    expect(world.backend.canceled).toEqual(["iris"]);
    expect(await record()).toMatchObject({ status: "Failed" });
  });
});
