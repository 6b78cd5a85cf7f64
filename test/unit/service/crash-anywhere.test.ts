/** Any call of any operation may crash, fail or lose its answer; the timers and queues repair the job in every case. */
import { describe, expect, test } from "vitest";
import type { JobRecord } from "../../../shared/core/records/record.ts";
import { cancelJob } from "../../../shared/service/jobs/cancel-job.ts";
import { deleteJob } from "../../../shared/service/jobs/delete-job.ts";
import { editJob } from "../../../shared/service/jobs/edit-job.ts";
import { submitJob } from "../../../shared/service/jobs/submit-job.ts";
import { applyUpdate } from "../../../shared/service/lifecycle/apply-update.ts";
import { dispatchJob } from "../../../shared/service/lifecycle/dispatch-job.ts";
import { handlePoisonDispatch } from "../../../shared/service/lifecycle/dispatch-job-poison.ts";
import { healJobs } from "../../../shared/service/lifecycle/heal-jobs.ts";
import { pollJobs } from "../../../shared/service/lifecycle/poll-jobs.ts";
import { expectGone, expectSettled } from "../../support/memory/expect-settled.ts";
import { type Failure, withFailure } from "../../support/memory/failing-ports.ts";
import { deliverAll, passTime } from "../../support/memory/pass-time.ts";
import { movesOutsideTable, watchPhases } from "../../support/memory/watch-phases.ts";
import { createWorld, submission, type World } from "../../support/memory/world.ts";

interface Scenario {
  /** Brings the job to the operation, without a fault. */
  readonly before: (world: World) => Promise<unknown>;
  readonly operation: (world: World) => Promise<unknown>;
  /** The final status of the job. */
  readonly status: "Completed" | "Canceled" | "deleted";
}

const submitted = (world: World) => submitJob(world, submission());
const dispatchOf = (world: World) => world.queues.dispatches.shift();
const running = async (world: World) => {
  await submitted(world);
  await deliverAll(world);
  world.backend.say("iris", { status: "Running", log_names: ["user_logs/std_log.txt"] });
  world.clock.advance(5000);
};
const completed = async (world: World) => {
  await running(world);
  world.backend.say("iris", { status: "Completed" });
  await pollJobs(world);
};

const ended = async (world: World) => {
  await completed(world);
  await deliverAll(world);
};
const by = { name: "local", type: "User" };

const scenarios: Readonly<Record<string, Scenario>> = {
  "submit a job": { before: async () => undefined, operation: submitted, status: "Completed" },
  "dispatch it": {
    before: submitted,
    operation: (world) => dispatchJob(world, dispatchOf(world)),
    status: "Completed",
  },
  "handle its dispatch from the poison queue": {
    before: async (world) => {
      await submitted(world);
      world.backend.plan("submit", { kind: "lost" });
      await dispatchJob(world, world.queues.dispatches[0]);
    },
    operation: (world) => handlePoisonDispatch(world, dispatchOf(world)),
    status: "Completed",
  },
  "poll it while it runs": { before: running, operation: pollJobs, status: "Completed" },
  "apply that it completed": {
    before: completed,
    operation: (world) => applyUpdate(world, world.queues.updates.shift()),
    status: "Completed",
  },
  "edit it while it runs": {
    before: running,
    operation: (world) => editJob(world, "iris", { edit: { tags: { a: "1" } }, by }),
    status: "Completed",
  },
  "edit it after its end": {
    before: ended,
    operation: (world) => editJob(world, "iris", { edit: { tags: { a: "1" } }, by }),
    status: "Completed",
  },
  "cancel it before its dispatch": {
    before: submitted,
    operation: (world) => cancelJob(world, "iris"),
    status: "Canceled",
  },
  "cancel it while it runs": { before: running, operation: (world) => cancelJob(world, "iris"), status: "Canceled" },
  "delete it": { before: ended, operation: (world) => deleteJob(world, "iris"), status: "deleted" },
  "heal it": {
    before: async (world) => {
      await running(world);
      world.clock.advance(90_000);
    },
    operation: healJobs,
    status: "Completed",
  },
};

async function countCalls({ before, operation }: Scenario): Promise<number> {
  const world = createWorld();
  await before(world);
  const { ports, calls } = withFailure(world, { kind: "crash", call: -1, when: "before" });
  await operation(ports);
  return calls();
}

const failures: readonly Omit<Failure, "call">[] = [
  { kind: "crash", when: "before" },
  { kind: "crash", when: "after" },
  { kind: "outage", when: "before" },
  { kind: "outage", when: "after" },
];

describe.each(Object.entries(scenarios))("%s", (_name, scenario) => {
  test.each(failures)("heals from a $kind $when any of its calls", async ({ kind, when }) => {
    const calls = await countCalls(scenario);
    expect(calls).toBeGreaterThan(2);
    for (let call = 1; call <= calls; call += 1) await expectHealed(scenario, { kind, when, call });
  });
});

/**
 * Lets one call of the operation fail, then expects that the timers and queues repair the job, within the table of
 * phases.
 */
async function expectHealed(scenario: Scenario, failure: Failure): Promise<void> {
  const where = `call ${failure.call}`;
  const world = createWorld();
  const moves = watchPhases(world);
  await scenario.before(world);
  const faulty = withFailure(world, failure);
  const failed = await scenario.operation(faulty.ports).then(
    () => false,
    () => true,
  );
  expect(faulty.calls(), where).toBeGreaterThanOrEqual(failure.call);
  const committed = (await world.records.get("iris"))?.value;
  await passTime(world, 15, () => world.clock.now().getMinutes() > 5 && finish(world));
  expect(movesOutsideTable(moves), where).toEqual([]);
  const remaining = await world.records.get("iris");
  if (remaining === undefined) {
    // A submission or a deletion that failed before its commit point left nothing, or everything.
    expect(failed || scenario.status === "deleted", where).toBe(true);
    await expectGone(world, "iris");
  } else await expectEnd(scenario, world, { committed, failed, where });
}

interface Outcome {
  /** The record as the operation left it. */
  readonly committed: JobRecord | undefined;
  readonly failed: boolean;
  readonly where: string;
}

async function expectEnd({ status }: Scenario, world: World, { committed, failed, where }: Outcome): Promise<void> {
  const record = await expectSettled(world, "iris");
  // A cancel or a deletion that failed before its commit point is the caller's to repeat.
  const isCanceled = status === "Canceled" && committed?.cancel_requested_at !== undefined;
  expect(record.status, where).toBe(isCanceled ? "Canceled" : "Completed");
  if (status !== "Completed" && !isCanceled) expect(failed, where).toBe(true);
  const neverStarted = status === "Canceled" && record.dispatch_claimed_at === undefined;
  expect(world.backend.started, where).toEqual(neverStarted ? [] : ["iris"]);
}

/** Completes all jobs that run at the backend. */
function finish({ backend }: World): void {
  for (const name of backend.started)
    if (backend.has(name) && !backend.canceled.includes(name)) backend.say(name, { status: "Completed" });
}
