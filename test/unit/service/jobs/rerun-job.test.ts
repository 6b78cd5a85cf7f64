import { beforeEach, describe, expect, test } from "vitest";
import { editedJob } from "../../../../shared/core/records/job-document.ts";
import { editJob } from "../../../../shared/service/jobs/edit-job.ts";
import { rerunJob } from "../../../../shared/service/jobs/rerun-job.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { jobReader } from "../../../support/job-reader.ts";
import { deliverAll, passTime } from "../../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

let world: World;
const by = { owner: "local", createdBy: { name: "ada", type: "User" } };

beforeEach(async () => {
  world = createWorld();
  await submitJob(
    world,
    submission({
      name: "iris",
      experiment_name: "flowers",
      tags: { kind: "test" },
      environment_variables: { N: "017" },
    }),
  );
  await deliverAll(world);
  world.backend.say("iris", {
    status: "Failed",
    error: { code: "exit_code", message: "It ended with 1." },
    log_names: ["a.txt"],
  });
  await passTime(world, 1);
});

describe("a rerun", () => {
  test("is a new job with the same fields, a new name, and the name of the first job", async () => {
    const { record, created, warnings } = await rerunJob(world, "iris", by);
    expect({ created, warnings }).toEqual({ created: true, warnings: [] });
    expect(record).toMatchObject({
      rerun_of: "iris",
      door: "rerun",
      status: "NotStarted",
      experiment_name: "flowers",
      log_names: [],
      creation_context: { created_by: "ada" },
    });
    expect(record.error).toBeUndefined();
    const [again, first] = [
      jobReader.jobOf(record),
      jobReader.jobOf((await world.records.get("iris"))?.value as never),
    ];
    expect(again.withFields({ name: "iris" }).toYaml()).toBe(first.toYaml());
  });

  test("runs", async () => {
    const { record } = await rerunJob(world, "iris", by);
    await deliverAll(world);
    expect(world.backend.started).toEqual(["iris", record.name]);
  });

  test("has the edits of the job", async () => {
    await editJob(world, "iris", { edit: { display_name: "Rose", tags: { kind: null } }, by: by.createdBy });
    const { record } = await rerunJob(world, "iris", by);
    expect(editedJob(jobReader, record)).toMatchObject({ display_name: "Rose", tags: {} });
  });

  test("creates another job each time, or the same one with the same idempotency key", async () => {
    const [one, two] = [await rerunJob(world, "iris", by), await rerunJob(world, "iris", by)];
    expect(one.record.name).not.toBe(two.record.name);
    const keyed = { ...by, idempotencyKey: "again" };
    const first = await rerunJob(world, "iris", keyed);
    expect(await rerunJob(world, "iris", keyed)).toMatchObject({ created: false, record: { name: first.record.name } });
  });

  test("of a job that does not exist is rejected", async () => {
    await expect(rerunJob(world, "rose", by)).rejects.toMatchObject({ code: "job_not_found" });
  });
});
