/** A job of another owner is for a caller like one that does not exist: the same answer, without a change. */
import { beforeEach, describe, expect, test } from "vitest";
import { cancelJob } from "../../../shared/service/jobs/cancel-job.ts";
import { deleteJob } from "../../../shared/service/jobs/delete-job.ts";
import { editJob } from "../../../shared/service/jobs/edit-job.ts";
import { getJob } from "../../../shared/service/jobs/get-job.ts";
import { getLogFile, listLogFiles } from "../../../shared/service/jobs/get-log-file.ts";
import { getOutput, listOutputs } from "../../../shared/service/jobs/get-output.ts";
import { getStats } from "../../../shared/service/jobs/get-stats.ts";
import { listJobs } from "../../../shared/service/jobs/list-jobs.ts";
import { rerunJob } from "../../../shared/service/jobs/rerun-job.ts";
import { submitJob } from "../../../shared/service/jobs/submit-job.ts";
import { waitForJob } from "../../../shared/service/jobs/wait-for-job.ts";
import { deliverAll, passTime } from "../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../support/memory/world.ts";

const by = { owner: "bob", createdBy: { name: "bob", type: "User" } };
const edit = { edit: { display_name: "mine" }, by: by.createdBy };

const calls: Readonly<Record<string, (ports: World, name: string) => Promise<unknown>>> = {
  get: (ports, name) => getJob(ports, name),
  wait: (ports, name) => waitForJob(ports, name, 10, () => true),
  "list logs": (ports, name) => listLogFiles(ports, name),
  "read a log": (ports, name) => getLogFile(ports, name, "user_logs/std_log.txt"),
  "list outputs": (ports, name) => listOutputs(ports, name),
  "read an output": (ports, name) => getOutput(ports, name, "model/weights.bin"),
  rerun: (ports, name) => rerunJob(ports, name, by),
  cancel: (ports, name) => cancelJob(ports, name),
  "cancel a revision": (ports, name) => cancelJob(ports, name, { expected: [99] }),
  edit: (ports, name) => editJob(ports, name, edit),
  "edit a revision": (ports, name) => editJob(ports, name, { ...edit, expected: [99] }),
  delete: (ports, name) => deleteJob(ports, name),
  "delete a revision": (ports, name) => deleteJob(ports, name, { expected: [99] }),
};

let world: World;
let bobs: World;

async function start(): Promise<void> {
  world = createWorld();
  bobs = { ...world, scope: { owner: "bob" } };
  for (const [name, owner] of [
    ["adas", "ada"],
    ["adas-finished", "ada"],
    ["bobs", "bob"],
  ] as const) {
    await submitJob(world, submission({ name }, { owner }));
    await world.logs.append(name, "user_logs/std_log.txt", 0, Buffer.from("hello\n"));
    await world.outputs.append(name, "model/weights.bin", 0, Buffer.from("1"));
  }
  await deliverAll(world);
  world.backend.say("adas-finished", { status: "Completed" });
  await passTime(world, 1);
}

beforeEach(start);

const outcome = (call: Promise<unknown>) =>
  call.then(
    (value) => ({ value }),
    ({ code, message }: { code: string; message: string }) => ({ code, message }),
  );

async function picture() {
  const names = ["adas", "adas-finished"];
  return {
    records: await Promise.all(names.map((name) => world.records.get(name))),
    rows: await Promise.all(names.map((name) => world.openJobs.get(name))),
    files: await Promise.all(names.map(async (name) => [await world.logs.list(name), await world.outputs.list(name)])),
    calls: { ...world.backend.calls },
  };
}

describe.each(Object.entries(calls))("to %s", (_what, call) => {
  test.each(["adas", "adas-finished"])(
    "another's job (%s) is as to do it to none, and leaves it as it is",
    async (name) => {
      const before = await picture();
      const answer = await outcome(call(bobs, name));
      const none = await outcome(call(bobs, "nobodys"));
      expect(JSON.stringify(answer).replaceAll(name, "nobodys")).toBe(JSON.stringify(none));
      expect(await picture()).toEqual(before);
    },
  );

  test("the caller's own job finds it", async () => {
    expect(await outcome(call(bobs, "bobs"))).not.toMatchObject({ code: "job_not_found" });
  });
});

test("a list and the counts contain only the caller's own jobs, page by page", async () => {
  expect((await listJobs(bobs, { limit: 10 })).entries.map(({ name }) => name)).toEqual(["bobs"]);
  expect((await listJobs(world, { limit: 10 })).entries).toHaveLength(3);
  expect(await getStats(bobs, 1)).toMatchObject({ total: 1 });
  expect(await getStats(world, 1)).toMatchObject({ total: 3 });
});

test("a continuation of a list is valid only for its owner", async () => {
  await submitJob(world, submission({ name: "adas-third" }, { owner: "ada" }));
  const { continuation } = await listJobs({ ...world, scope: { owner: "ada" } }, { limit: 1 });
  if (continuation === undefined) throw new Error("The list has one page.");
  expect((await listJobs({ ...world, scope: { owner: "ada" } }, { limit: 1, continuation })).entries).toHaveLength(1);
  for (const other of [bobs, world]) {
    await expect(Promise.resolve().then(() => listJobs(other, { limit: 1, continuation }))).rejects.toMatchObject({
      code: "invalid_query",
    });
  }
});

test("a name of another owner is taken, without further details", async () => {
  const taken = outcome(submitJob(world, submission({ name: "adas" }, { owner: "bob" })));
  expect(await taken).toEqual({ code: "name_taken", message: "The name adas is taken." });
});
