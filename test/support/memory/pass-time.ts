/** The service's timers and queues on memory ports, without waiting. */
import type { Backend } from "../../../shared/core/ports/backend-port.ts";
import { applyUpdate } from "../../../shared/service/lifecycle/apply-update.ts";
import { handlePoisonUpdate } from "../../../shared/service/lifecycle/apply-update-poison.ts";
import { dispatchJob } from "../../../shared/service/lifecycle/dispatch-job.ts";
import { handlePoisonDispatch } from "../../../shared/service/lifecycle/dispatch-job-poison.ts";
import { healJobs } from "../../../shared/service/lifecycle/heal-jobs.ts";
import { pollJobs } from "../../../shared/service/lifecycle/poll-jobs.ts";
import type { World } from "./world.ts";

/** Any backend will do. */
export type AnyBackendWorld = Omit<World, "backend"> & { readonly backend: Backend };

/** Hands over every message that waits; one that fails is abandoned, as the poison queues do it. */
export async function deliverAll(world: AnyBackendWorld): Promise<void> {
  await world.queues.deliver({
    dispatch: (message) => dispatchJob(world, message).catch(() => handlePoisonDispatch(world, message)),
    update: (message) => applyUpdate(world, message).catch(() => handlePoisonUpdate(world, message)),
  });
}

/** Every 15 seconds a tick: the timers, then the queues. `each` runs before each tick. */
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
