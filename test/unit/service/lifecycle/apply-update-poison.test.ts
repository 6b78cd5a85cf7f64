import { beforeEach, describe, expect, test } from "vitest";
import type { Observation, UpdateMessage } from "../../../../shared/core/records/messages.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { applyUpdate } from "../../../../shared/service/lifecycle/apply-update.ts";
import { handlePoisonUpdate } from "../../../../shared/service/lifecycle/apply-update-poison.ts";
import { deliverAll, passTime } from "../../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

let world: World;
let about: { readonly schema_version: 1; readonly name: string; readonly submission_id: string };

beforeEach(async () => {
  world = createWorld();
  const { record } = await submitJob(world, submission());
  await deliverAll(world);
  about = { schema_version: 1, name: "iris", submission_id: record.submission_id };
});

const record = async () => (await world.records.get("iris"))?.value;
const row = async () => (await world.openJobs.get("iris"))?.value;
const at = (second: number) => new Date(Date.parse("2026-03-01T12:00:00Z") + second * 1000).toISOString();
const status = (second: number, observed: Partial<Observation> & { readonly status: string }): UpdateMessage => ({
  ...about,
  kind: "status",
  observation: { observed_at: at(second), ...observed },
});

describe("an update that failed too often", () => {
  const why =
    "The newest status from the backend could not be stored, so the status shown here may be outdated. The service retries. " +
    "The cause: The row cannot be read.";
  const stuck = (): World => ({
    ...world,
    openJobs: {
      ...world.openJobs,
      get: async (name, options) => {
        if (broken) throw new Error("The row cannot be read.");
        return world.openJobs.get(name, options);
      },
    },
  });
  let broken: boolean;
  beforeEach(() => {
    broken = true;
  });
  /** Handles a poison update whose row could not be read before. */
  const handleStuck = (message: unknown) => {
    const { openJobs, ...rest } = stuck();
    const merge: World["openJobs"]["merge"] = async (...args) => {
      broken = false;
      return openJobs.merge(...args);
    };
    return handlePoisonUpdate({ ...rest, openJobs: { ...openJobs, merge } }, message);
  };

  test("is tried once more", async () => {
    expect(await handlePoisonUpdate(world, status(5, { status: "Running" }))).toContain(
      "; job iris was updated after all. The message: ",
    );
    expect(await record()).toMatchObject({ status: "Running" });
    expect((await record())?.notice).toBeUndefined();
  });

  test("sets a notice on the job, which healing checks at once, and the poll sends the observation again", async () => {
    world.backend.say("iris", { status: "Running" });
    expect(await handleStuck(status(5, { status: "Running" }))).toContain(
      "; job iris has a notice that its status may be outdated (The row cannot be read). The message: ",
    );
    expect(await record()).toMatchObject({ status: "Queued", notice: { code: "update_failed", message: why } });
    expect((await world.index.get("iris", world.clock.now().toISOString()))?.notice).toMatchObject({
      code: "update_failed",
    });
    expect((await row())?.heal_at).toBe(world.clock.now().toISOString());
    await passTime(world, 1);
    expect(await record()).toMatchObject({ status: "Running" });
    expect((await record())?.notice).toBeUndefined();
  });

  test("sets its notice once, however often it fails", async () => {
    await handleStuck(status(5, { status: "Running" }));
    const before = await record();
    broken = true;
    await handleStuck(status(6, { status: "Running" }));
    expect(await record()).toEqual(before);
  });

  test("preserves the error of the job", async () => {
    await applyUpdate(world, status(5, { status: "Failed", error: { code: "exit_code", message: "1" } }));
    await handleStuck(status(6, { status: "Running" }));
    expect((await record())?.error).toEqual({ code: "exit_code", message: "1" });
  });

  test("changes nothing on a later job of that name", async () => {
    const before = await record();
    await handleStuck({ ...status(5, { status: "Running" }), submission_id: "an earlier one" });
    expect(await record()).toEqual(before);
  });

  test("about log URLs is only logged, because a reader of the logs gets the error", async () => {
    const before = await record();
    expect(await handleStuck({ ...about, kind: "log_urls" })).toContain(
      "; the log URLs of job iris could not be refreshed (The row cannot be read).",
    );
    expect(await record()).toEqual(before);
  });

  test("is ignored if it is no valid message, with its text in the log", async () => {
    const before = await row();
    expect(await handlePoisonUpdate(world, "text")).toBe(
      "An update failed too often; the message is invalid. The message: text",
    );
    expect(await row()).toEqual(before);
  });
});
