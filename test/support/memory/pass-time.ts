/** Runs the timers and queues of the service on memory ports, without waiting. */
import type { Backend } from "../../../shared/core/ports/backend-port.ts";
import { applyUpdate } from "../../../shared/service/lifecycle/apply-update.ts";
import { handlePoisonUpdate } from "../../../shared/service/lifecycle/apply-update-poison.ts";
import { dispatchJob } from "../../../shared/service/lifecycle/dispatch-job.ts";
import { handlePoisonDispatch } from "../../../shared/service/lifecycle/dispatch-job-poison.ts";
import { healJobs } from "../../../shared/service/lifecycle/heal-jobs.ts";
import { pollJobs } from "../../../shared/service/lifecycle/poll-jobs.ts";
import type { World } from "./world.ts";

/** A world with any backend. */
export type AnyBackendWorld = Omit<World, "backend"> & { readonly backend: Backend };

/** Delivers all waiting messages; one that fails goes to its poison handler. */
export async function deliverAll(world: AnyBackendWorld): Promise<void> {
  await world.queues.deliver({
    dispatch: (message) => dispatchJob(world, message).catch(() => handlePoisonDispatch(world, message)),
    update: (message) => applyUpdate(world, message).catch(() => handlePoisonUpdate(world, message)),
  });
}

/** Runs the timers and the queues every 15 seconds. @param each runs before each tick. */
export async function passTime(
  world: AnyBackendWorld,
  minutes: number,
  each: () => unknown = () => undefined,
): Promise<void> {
  for (let tick = 0; tick < minutes * 4; tick += 1) {
    world.clock.advance(15_000);
    await each();
    await healJobs(world);
    await pollJobs(world);
    await deliverAll(world);
  }
}
