import { describe, expect, test } from "vitest";
import type { Receipt } from "../../../../shared/core/records/receipt.ts";
import { processCancelFile } from "../../../../shared/service/inbox/process-cancel-file.ts";
import { processJobFile } from "../../../../shared/service/inbox/process-job-file.ts";
import { submitJob } from "../../../../shared/service/jobs/submit-job.ts";
import { deliverAll, passTime } from "../../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../../support/memory/world.ts";

const plain = "command: echo hi\nenvironment: azureml:cpu@latest\n";
const named = `${plain}name: iris\n`;

async function canceled(world: World, path: string): Promise<Receipt> {
  const result = await processCancelFile(world, world.inbox.drop(path));
  if ("ignored" in result) throw new Error(`${path} was ignored: it ${result.ignored}`);
  return result.receipt;
}

const statusOf = async (world: World, name: string) => (await world.records.get(name))?.value.status;

describe("a cancel file", () => {
  test("cancels its job and gets a receipt of its own", async () => {
    const world = createWorld();
    await processJobFile(world, world.inbox.drop("a/iris.yml", named));
    expect(await canceled(world, "a/iris.yml.cancel")).toMatchObject({
      path: "a/iris.yml.cancel",
      outcome: "canceled",
      job: { name: "iris", status: "Canceled", url: "https://jobs.test/api/jobs/iris" },
    });
    expect(await statusOf(world, "iris")).toBe("Canceled");
    expect(world.receipts.places()).toEqual(["a/iris.yml.cancel.receipt.json", "a/iris.yml.receipt.json"]);
  });

  test("cancels a running job", async () => {
    const world = createWorld();
    await processJobFile(world, world.inbox.drop("iris.yml", named));
    await deliverAll(world);
    expect((await canceled(world, "iris.yml.cancel")).job?.status).toBe("CancelRequested");
    expect(world.backend.canceled).toEqual(["iris"]);
    await passTime(world, 2);
    expect(await statusOf(world, "iris")).toBe("Canceled");
  });

  test("that is processed first submits the job file and cancels its job", async () => {
    const world = createWorld();
    const drop = world.inbox.drop("iris.yml", named);
    expect(await canceled(world, "iris.yml.cancel")).toMatchObject({ outcome: "canceled", job: { name: "iris" } });
    expect(await processJobFile(world, drop)).toEqual({ ignored: "already has a receipt" });
    expect(await statusOf(world, "iris")).toBe("Canceled");
  });

  test("cancels the job of a job file that has been deleted", async () => {
    const world = createWorld();
    await processJobFile(world, world.inbox.drop("iris.yml", named));
    world.inbox.remove("iris.yml");
    expect(await canceled(world, "iris.yml.cancel")).toMatchObject({ outcome: "canceled" });
  });

  test("is processed once, and does not cancel a job file dropped later", async () => {
    const world = createWorld();
    await processJobFile(world, world.inbox.drop("iris.yml", named));
    const cancel = world.inbox.drop("iris.yml.cancel");
    await processCancelFile(world, cancel);
    world.clock.advance(1000);
    const second = world.inbox.drop("iris.yml", `${plain}name: second\n`);
    await processJobFile(world, second);
    expect(await processCancelFile(world, cancel)).toEqual({ ignored: "already has a receipt" });
    expect(await statusOf(world, "second")).toBe("NotStarted");
  });

  test.each([
    ["before that is answered", false],
    ["after it", true],
  ])("with a late event does not cancel a job file dropped later, %s", async (_when, answered) => {
    const world = createWorld();
    await processJobFile(world, world.inbox.drop("iris.yml", named));
    const cancel = world.inbox.drop("iris.yml.cancel");
    world.clock.advance(1000);
    const second = world.inbox.drop("iris.yml", `${plain}name: second\n`);
    if (answered) await processJobFile(world, second);
    const result = await processCancelFile(world, cancel);
    expect(result).toMatchObject(
      answered ? { receipt: { error: { code: "job_not_found" } } } : { receipt: { job: { name: "iris" } } },
    );
    await processJobFile(world, second);
    expect(await statusOf(world, "second")).toBe("NotStarted");
  });

  test("that was overwritten or deleted is ignored", async () => {
    const world = createWorld();
    await processJobFile(world, world.inbox.drop("iris.yml", named));
    const cancel = world.inbox.drop("iris.yml.cancel");
    world.inbox.remove("iris.yml.cancel");
    expect(await processCancelFile(world, cancel)).toEqual({ ignored: "was overwritten or deleted" });
    expect(await statusOf(world, "iris")).toBe("NotStarted");
  });
});

describe("a cancel file without a job", () => {
  test.each([
    ["iris.yml.cancel", "no such file was dropped before"],
    ["iris.cancel", "no such file was dropped before"],
    [".cancel", "no such file was dropped before"],
    ["a/.cancel", "no such file was dropped before"],
  ])("%s is refused with the naming rule", async (path, why) => {
    expect((await canceled(createWorld(), path)).error).toEqual({
      code: "job_not_found",
      message: expect.stringContaining(why),
    });
  });

  test("of a refused job file is refused", async () => {
    const world = createWorld();
    world.inbox.drop("bad.yml", "comand: x\n");
    expect((await canceled(world, "bad.yml.cancel")).error).toMatchObject({
      code: "job_not_found",
      message: expect.stringContaining("the outcome of that file is refused"),
    });
  });

  test("of a finished job is refused", async () => {
    const world = createWorld();
    await processJobFile(world, world.inbox.drop("iris.yml", named));
    await deliverAll(world);
    world.backend.say("iris", { status: "Completed" });
    await passTime(world, 1);
    expect((await canceled(world, "iris.yml.cancel")).error).toMatchObject({ code: "job_already_finished" });
  });

  test("of a deleted job is refused", async () => {
    const world = createWorld();
    await processJobFile(world, world.inbox.drop("iris.yml", named));
    await world.records.delete("iris", (await world.records.get("iris"))?.etag ?? "");
    expect((await canceled(world, "iris.yml.cancel")).error).toMatchObject({ code: "job_not_found" });
  });

  test("a forged receipt does not give access to the job of another owner", async () => {
    const world = createWorld();
    await submitJob(world, submission({ name: "theirs" }));
    const forged = {
      schema_version: 1,
      path: "x.yml",
      etag: '"1"',
      answered_at: "",
      outcome: "accepted",
      job: { name: "theirs" },
    };
    world.receipts.scribble("x.yml", JSON.stringify(forged));
    expect((await canceled(world, "x.yml.cancel")).error).toEqual({
      code: "job_not_found",
      message: 'There is no job "theirs".',
    });
    expect(await statusOf(world, "theirs")).toBe("NotStarted");
  });
});
