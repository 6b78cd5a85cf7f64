import { describe, expect, test } from "vitest";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { pollJobs } from "../../../../shared/service/lifecycle/poll-jobs.ts";
import { describePoisonRunEvent, takeRunEvent } from "../../../../shared/service/lifecycle/take-run-event.ts";
import { deliverAll } from "../../../support/memory/pass-time.ts";
import { createWorld, submission } from "../../../support/memory/world.ts";

const event = (runId: string, runStatus = "Completed") => ({
  eventType: "Microsoft.MachineLearningServices.RunStatusChanged",
  data: { runId, runStatus },
});

/** A running job that was polled just now and is old enough not to be polled soon. */
async function running() {
  const world = createWorld();
  await submitJob(world, submission());
  await deliverAll(world);
  world.backend.say("iris", { status: "Running" });
  world.clock.advance(1_200_000);
  await pollJobs(world);
  await deliverAll(world);
  world.clock.advance(5000);
  return world;
}

describe("an event", () => {
  test("makes its job due now, and the status is read from the backend", async () => {
    const world = await running();
    expect(await pollJobs(world)).toMatchObject({ due: 0 });
    expect(await takeRunEvent(world, event("iris", "Completed"))).toBe(true);
    expect(await pollJobs(world)).toMatchObject({ due: 1, sent: 0 });
    expect((await world.records.get("iris"))?.value.status).toBe("Running");
  });

  test("costs one write, however often it is repeated", async () => {
    const world = await running();
    await takeRunEvent(world, event("iris"));
    const etag = (await world.openJobs.get("iris"))?.etag;
    await takeRunEvent(world, event("iris"));
    expect((await world.openJobs.get("iris"))?.etag).toBe(etag);
  });

  test.each([
    ["of a run that is not ours", event("other")],
    ["that is none", "hello"],
    ["of another kind", { eventType: "Microsoft.Storage.BlobCreated", data: { runId: "iris" } }],
  ])("%s is ignored", async (_what, message) => {
    const world = await running();
    expect(await takeRunEvent(world, message)).toBe(false);
    expect(await pollJobs(world)).toMatchObject({ due: 0 });
  });

  test("of a job that the backend does not have yet changes nothing", async () => {
    const world = createWorld();
    await submitJob(world, submission());
    expect(await takeRunEvent(world, event("iris"))).toBe(false);
  });

  test("that failed too often becomes one short log line", () => {
    expect(describePoisonRunEvent("no\nevent ".repeat(100))).toMatch(
      /^An event of Azure ML could not be used; .{1,400}$/,
    );
  });
});
