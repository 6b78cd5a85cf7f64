import type { Clock } from "../../../shared/lib/clock.ts";
import { timerInput } from "../timers/timer-trigger.ts";
import { triggerOf } from "./bindings.ts";
import type { RegisteredFunction } from "./core-types.ts";
import type { InvocationResult, TriggerInput } from "./invocation.ts";

/** Runs a function with its retries. */
export type RunFunction = (fn: RegisteredFunction, input: TriggerInput) => Promise<InvocationResult>;

export interface ManualRuns {
  start(fn: RegisteredFunction, input: string): Promise<unknown>;
  /** Resolves when all started runs have ended. */
  ended(): Promise<unknown>;
}

/** Runs queue and timer functions for the admin API. */
export function createManualRuns(clock: Clock, run: RunFunction): ManualRuns {
  const running = new Set<Promise<unknown>>();
  const reason = "This function was programmatically called via the host APIs.";
  return {
    start: (fn, input) => {
      const trigger =
        triggerOf(fn).type === "timertrigger"
          ? timerInput(clock.now().getTime(), false, undefined)
          : { data: { string: input }, metadata: { QueueTrigger: { string: input } } };
      const work = run(fn, { reason, ...trigger }).finally(() => running.delete(work));
      running.add(work);
      return work;
    },
    ended: () => Promise.allSettled(running),
  };
}
