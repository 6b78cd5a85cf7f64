/** Every call of every operation is a place to crash, or to lose an answer; every one of them heals by itself. */
import { describe, expect, test } from "vitest";
import { cancelJob } from "../../../shared/service/jobs/cancel-job.ts";
import { submitJob } from "../../../shared/service/jobs/submit-job.ts";
import { applyUpdate } from "../../../shared/service/lifecycle/apply-update.ts";
import { dispatchJob } from "../../../shared/service/lifecycle/dispatch-job.ts";
import { healJobs } from "../../../shared/service/lifecycle/heal-jobs.ts";
import { pollJobs } from "../../../shared/service/lifecycle/poll-jobs.ts";
import { expectGone, expectSettled } from "../../support/memory/expect-settled.ts";
import { type Failure, withFailure } from "../../support/memory/failing-ports.ts";
import { deliverAll, passTime } from "../../support/memory/pass-time.ts";
import { createWorld, submission, type World } from "../../support/memory/world.ts";

interface Scenario {
  /** What happened before, without a fault. */
  readonly before: (world: World) => Promise<unknown>;
  readonly operation: (world: World) => Promise<unknown>;
  /** How the job ends. */
  readonly status: string;
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

const scenarios: Readonly<Record<string, Scenario>> = {
  "submit a job": { before: async () => undefined, operation: submitted, status: "Completed" },
  "dispatch it": {
    before: submitted,
    operation: (world) => dispatchJob(world, dispatchOf(world)),
    status: "Completed",
  },
  "see that it runs": { before: running, operation: pollJobs, status: "Completed" },
  "take in that it completed": {
    before: completed,
    operation: (world) => applyUpdate(world, world.queues.updates.shift()),
    status: "Completed",
  },
  "cancel it before its dispatch": {
    before: submitted,
    operation: (world) => cancelJob(world, "iris"),
    status: "Canceled",
  },
  "cancel it while it runs": { before: running, operation: (world) => cancelJob(world, "iris"), status: "Canceled" },
  "heal it": {
    before: async (world) => {
      await running(world);
      world.clock.advance(90_000);
    },
    operation: healJobs,
    status: "Completed",
  },
};

async function callsOf({ before, operation }: Scenario): Promise<number> {
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

describe.each(Object.entries(scenarios))("%s", (name, scenario) => {
  test.each(failures)("heals from a $kind $when any of its calls", async ({ kind, when }) => {
    const calls = await callsOf(scenario);
    expect(calls).toBeGreaterThan(2);
    for (let call = 1; call <= calls; call += 1) {
      const world = createWorld();
      await scenario.before(world);
      const wanted = name.startsWith("cancel");
      const faulty = withFailure(world, { kind, call, when });
      const failed = await scenario.operation(faulty.ports).then(
        () => false,
        () => true,
      );
      const wasWished = (await world.records.get("iris"))?.value.cancel_requested_at !== undefined;
      await passTime(world, 15, () => world.clock.now().getMinutes() > 5 && finish(world));
      const where = `call ${call} of ${calls}`;
      expect(faulty.calls(), where).toBeGreaterThanOrEqual(call);
      if ((await world.records.get("iris")) === undefined) {
        expect(failed, where).toBe(true);
        await expectGone(world, "iris");
      } else {
        const record = await expectSettled(world, "iris");
        // A cancel that failed before it was written down is the caller's to repeat.
        expect(record.status, where).toBe(wanted && !wasWished ? "Completed" : scenario.status);
        expect(world.backend.started, where).toEqual(
          scenario.status === "Canceled" && record.dispatch_claimed_at === undefined ? [] : ["iris"],
        );
      }
    }
  });
});

/** What runs at the backend comes to its end. */
function finish({ backend }: World): void {
  for (const name of backend.started) if (!backend.canceled.includes(name)) backend.say(name, { status: "Completed" });
}
