import { ServiceError } from "../../../shared/core/errors.ts";
import type { EventSink, JobEvent } from "../../../shared/core/ports/ports.ts";
import { checkSignal } from "./port-rules.ts";

/**
 * `fails` takes nothing, `half` takes the first event and then fails, `lost` takes all but says that it failed, `hangs`
 * never answers.
 */
type Fault = "fails" | "half" | "lost" | "hangs";

export interface MemoryEvents extends EventSink {
  /** What is out, once each, in the order of first publication. */
  readonly published: readonly JobEvent[];
  /** What came in with each call, repetitions included. */
  readonly calls: readonly (readonly JobEvent[])[];
  /** Every call meets this from now on; undefined ends it. */
  fault: Fault | undefined;
}

/** A sink that keeps what is published. */
export function createMemoryEvents(): MemoryEvents {
  const published: JobEvent[] = [];
  const calls: (readonly JobEvent[])[] = [];
  return {
    published,
    calls,
    fault: undefined,
    async publish(events, options) {
      checkSignal(options);
      calls.push(structuredClone(events));
      const taken =
        this.fault === "fails" || this.fault === "hangs" ? [] : this.fault === "half" ? events.slice(0, 1) : events;
      for (const event of taken)
        if (!published.some(({ id }) => id === event.id)) published.push(structuredClone(event));
      if (this.fault === "hangs") await new Promise(() => undefined);
      if (this.fault !== undefined) throw new ServiceError("unavailable", "The event sink cannot be reached.");
    },
  };
}
