/** The storage calls of a job: each is one or two requests to the storage account. */
import { expect, test } from "vitest";
import { processJobFile } from "../../../shared/service/inbox/process-job-file.ts";
import { submitJob } from "../../../shared/service/jobs/submit-job.ts";
import { applyUpdate } from "../../../shared/service/lifecycle/apply-update.ts";
import { dispatchJob } from "../../../shared/service/lifecycle/dispatch-job.ts";
import { healJobs } from "../../../shared/service/lifecycle/heal-jobs.ts";
import { pollJobs } from "../../../shared/service/lifecycle/poll-jobs.ts";
import { createWorld, submission, type World } from "../../support/memory/world.ts";

/** The same ports, with a record of each call, except those of the backend. */
function noting(world: World): { readonly ports: World; readonly take: () => string[] } {
  let calls: string[] = [];
  const note = <P extends object>(name: string, port: P): P =>
    new Proxy(port, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== "function" || key === "location") return value;
        return (...args: unknown[]) => {
          calls.push(`${name}.${String(key)}`);
          return Reflect.apply(value, target, args);
        };
      },
    });
  const { records, openJobs, dumps, index, events, queues, inbox, receipts } = world;
  const noted = Object.entries({ records, openJobs, dumps, index, events, queues, inbox, receipts }).map(
    ([name, port]) => [name, note(name, port)],
  );
  const take = () => {
    const taken = calls;
    calls = [];
    return taken;
  };
  return { ports: { ...world, ...Object.fromEntries(noted) }, take };
}

test("a job from its submission to its end makes 22 calls, and an idle tick one", async () => {
  const world = createWorld();
  const { ports, take } = noting(world);

  await submitJob(ports, submission({}));
  expect(take()).toEqual(["openJobs.put", "records.create", "dumps.put", "index.put", "queues.sendDispatch"]);

  await dispatchJob(ports, world.queues.dispatches.shift());
  expect(take()).toEqual([
    "records.get",
    "records.replace",
    "openJobs.get",
    "records.replace",
    "index.put",
    "events.publish",
    "openJobs.merge",
  ]);

  for (const name of world.backend.started) world.backend.say(name, { status: "Completed" });
  world.clock.advance(2000);
  await pollJobs(ports);
  expect(take()).toEqual(["openJobs.due", "openJobs.mergeMany", "queues.sendUpdate"]);

  await applyUpdate(ports, world.queues.updates.shift());
  expect(take()).toEqual([
    "openJobs.get",
    "records.get",
    "records.replace",
    "index.put",
    "events.publish",
    "dumps.put",
    "openJobs.delete",
  ]);

  await pollJobs(ports);
  expect(take()).toEqual(["openJobs.due"]);
});

test("healing makes four calls for a job, and five the first time, to ensure the dump", async () => {
  const world = createWorld();
  const { ports, take } = noting(world);
  await submitJob(world, submission({}));
  await dispatchJob(world, world.queues.dispatches.shift());

  world.clock.advance(60_000);
  await healJobs(ports);
  expect(take()).toEqual(["openJobs.toHeal", "records.get", "dumps.put", "index.put", "openJobs.merge"]);
  world.clock.advance(60_000);
  await healJobs(ports);
  expect(take()).toEqual(["openJobs.toHeal", "records.get", "index.put", "openJobs.merge"]);

  for (const name of world.backend.started) world.backend.say(name, { status: "Completed" });
  await pollJobs(world);
  await applyUpdate(ports, world.queues.updates.shift());
  expect(take()).toEqual([
    "openJobs.get",
    "records.get",
    "records.replace",
    "index.put",
    "events.publish",
    "openJobs.delete",
  ]);
});

test("a dropped file makes nine calls, and a repeated event one", async () => {
  const world = createWorld();
  const { ports, take } = noting(world);
  const drop = world.inbox.drop("a.yml", "command: echo hi\nenvironment: azureml:cpu@latest\n");
  const submission = ["records.get", "openJobs.put", "records.create", "dumps.put", "index.put", "queues.sendDispatch"];

  await processJobFile(ports, drop);
  expect(take()).toEqual(["receipts.get", "inbox.open", ...submission, "receipts.put"]);

  await processJobFile(ports, drop);
  expect(take()).toEqual(["receipts.get"]);
});
