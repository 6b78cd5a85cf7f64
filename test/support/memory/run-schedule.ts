/**
 * Runs a service on memory ports through a schedule of calls and faults, in sequence or concurrently.
 */
import { setImmediate } from "node:timers/promises";
import { isServiceError } from "../../../shared/core/errors.ts";
import { isTerminal } from "../../../shared/core/records/status.ts";
import { cancelJob } from "../../../shared/service/jobs/cancel-job.ts";
import { submitJob } from "../../../shared/service/jobs/submit-job.ts";
import { applyUpdate } from "../../../shared/service/lifecycle/apply-update.ts";
import { handlePoisonUpdate } from "../../../shared/service/lifecycle/apply-update-poison.ts";
import { dispatchJob } from "../../../shared/service/lifecycle/dispatch-job.ts";
import { handlePoisonDispatch } from "../../../shared/service/lifecycle/dispatch-job-poison.ts";
import { healJobs } from "../../../shared/service/lifecycle/heal-jobs.ts";
import { pollJobs } from "../../../shared/service/lifecycle/poll-jobs.ts";
import type { MemoryEvents } from "./events.ts";
import { type Failure, withFailure } from "./failing-ports.ts";
import { watchPhases } from "./watch-phases.ts";
import { createWorld, submission, type World } from "./world.ts";

/** A fault of a step: one of its calls fails, or the next step does not wait for it. */
interface Trouble {
  readonly failure?: Failure | undefined;
  readonly background?: boolean;
}

export type Step = Trouble &
  (
    | { readonly do: "submit" | "cancel"; readonly name: string }
    | { readonly do: "poll" | "heal" }
    /** Delivers one of the waiting messages; `again`: it is delivered once more after it succeeded. */
    | { readonly do: "deliver"; readonly pick: number; readonly again: boolean }
    | { readonly do: "run"; readonly name: string; readonly status: string }
    | {
        readonly do: "plan";
        readonly method: "submit" | "observe" | "cancel";
        readonly fault: "unreachable" | "lost" | "twice" | "broken" | "broke" | "throttled" | "late";
      }
    | { readonly do: "refuse" }
    | {
        readonly do: "outage";
        readonly method: "submit" | "observe" | "cancel";
        readonly kind: "unreachable" | "lost" | "broken" | "broke" | undefined;
      }
    | { readonly do: "sink"; readonly fault: MemoryEvents["fault"] }
    | { readonly do: "wait"; readonly seconds: number }
  );

interface QueuedMessage {
  readonly queue: "dispatch" | "update";
  readonly message: unknown;
  dequeues: number;
  poison: boolean;
}

export interface ScheduleResult {
  readonly world: World;
  /** Jobs whose submission succeeded. */
  readonly accepted: ReadonlySet<string>;
  /** Jobs whose cancel succeeded before the backend ended them. */
  readonly canceled: ReadonlySet<string>;
  /** Jobs that the backend ended by itself during the steps. */
  readonly ended: ReadonlySet<string>;
  /** Messages that wait at the end. */
  readonly messages: readonly unknown[];
  /** Changes of phase of the records. */
  readonly moves: ReturnType<typeof watchPhases>;
  /** Number of faults and repetitions, so that a test can check that they happened. */
  readonly happened: Readonly<Record<string, number>>;
}

/** Fewer than in the host, so that more messages reach the poison queue. */
const maxDequeues = 3;

/** Runs the steps, then removes all faults and runs until all work is done. */
export async function runSchedule(steps: readonly Step[]): Promise<ScheduleResult> {
  const world = createWorld();
  const moves = watchPhases(world);
  const messages: QueuedMessage[] = [];
  const [accepted, canceled, ended] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const background = new Set<Promise<unknown>>();
  const happened: Record<string, number> = {};
  const count = (what: string) => {
    happened[what] = (happened[what] ?? 0) + 1;
  };
  let answerLate = (): void => undefined;
  let late = new Promise<void>((resolve) => (answerLate = resolve));

  const collect = (): void => {
    const { dispatches, updates } = world.queues;
    for (const message of dispatches.splice(0))
      messages.push({ queue: "dispatch", message, dequeues: 0, poison: false });
    for (const message of updates.splice(0)) messages.push({ queue: "update", message, dequeues: 0, poison: false });
  };

  /** Runs work on ports that may fail; true on success. Errors, which the host would log, are ignored. */
  async function attempt({ failure }: Trouble, work: (ports: World) => Promise<unknown>): Promise<boolean> {
    const { ports, calls } = failure === undefined ? { ports: world, calls: () => 0 } : withFailure(world, failure);
    const done = await work(ports).then(
      () => true,
      () => false,
    );
    if (failure !== undefined && calls() >= failure.call) count(failure.kind);
    return done;
  }

  async function deliver(trouble: Trouble, queued: QueuedMessage, again: boolean): Promise<void> {
    const { queue, message } = queued;
    queued.dequeues += 1;
    const handle = {
      dispatch: queued.poison ? handlePoisonDispatch : dispatchJob,
      update: queued.poison ? handlePoisonUpdate : applyUpdate,
    }[queue];
    const done = await attempt(trouble, (ports) => handle(ports, message));
    if (done && !again) return;
    count(done ? "again" : "failed");
    // A poison queue has no poison queue, so its messages are delivered until they succeed.
    if (!done && !queued.poison && queued.dequeues >= maxDequeues) {
      count("poison");
      Object.assign(queued, { poison: true, dequeues: 0 });
    }
    messages.push(queued);
  }

  function act(step: Step): Promise<unknown> | undefined {
    switch (step.do) {
      case "submit":
        return attempt(step, async (ports) => {
          await submitJob(ports, submission({ name: step.name }));
          accepted.add(step.name);
        });
      case "cancel":
        return attempt(step, async (ports) => {
          try {
            await cancelJob(ports, step.name);
            if (!ended.has(step.name)) canceled.add(step.name);
          } catch (error) {
            if (!isServiceError(error, "job_not_found") && !isServiceError(error, "job_already_finished")) throw error;
          }
        });
      case "poll":
        return attempt(step, pollJobs);
      case "heal":
        return attempt(step, healJobs);
      case "deliver": {
        const [queued] = messages.splice(step.pick % Math.max(1, messages.length), 1);
        return queued && deliver(step, queued, step.again);
      }
      case "run":
        if (!canEnd(step.name)) return undefined;
        if (isTerminal(step.status)) ended.add(step.name);
        return void world.backend.say(step.name, { status: step.status });
      case "plan":
        return void world.backend.plan(
          step.method,
          step.fault === "late" ? { kind: "late", until: late } : { kind: step.fault },
        );
      case "refuse":
        return void world.backend.plan("submit", { kind: "refused", code: "quota" });
      case "outage":
        return void world.backend.always(step.method, step.kind && { kind: step.kind });
      case "sink":
        world.events.fault = step.fault;
        return undefined;
      case "wait":
        world.clock.advance(step.seconds * 1000);
        answerLate();
        late = new Promise<void>((resolve) => (answerLate = resolve));
        return undefined;
    }
  }

  function canEnd(name: string): boolean {
    return world.backend.has(name) && !ended.has(name) && !world.backend.canceled.includes(name);
  }

  async function tick(): Promise<void> {
    world.clock.advance(60_000);
    await healJobs(world);
    await pollJobs(world);
    collect();
    while (messages.length > 0) {
      for (const queued of messages.splice(0)) await deliver({}, queued, false);
      collect();
    }
  }

  for (const step of steps) {
    const work = act(step);
    // A step that waits for a late response must not stop the others.
    if (work !== undefined && (step.background === true || (await Promise.race([work.then(() => false), turns()]))))
      background.add(work);
    collect();
  }

  world.backend.clearFaults();
  world.events.fault = undefined;
  answerLate();
  await Promise.all(background);
  collect();
  const endedInSteps = new Set(ended);
  // For the first minutes no job completes, so that pending cancels reach the backend. Postponed work runs within an
  // hour.
  for (let minute = 0; minute < 80; minute += 1) {
    await tick();
    answerLate();
    if (minute > 20)
      for (const name of world.backend.started) if (canEnd(name)) await act({ do: "run", name, status: "Completed" });
  }
  return { world, accepted, canceled, ended: endedInSteps, messages, moves, happened };
}

/** True after all pending immediates have run. */
async function turns(): Promise<boolean> {
  for (let turn = 0; turn < 30; turn += 1) await setImmediate();
  return true;
}
