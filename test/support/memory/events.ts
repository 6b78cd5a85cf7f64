import { ServiceError } from "../../../shared/core/errors.ts";
import type { EventSink, JobEvent } from "../../../shared/core/ports/ports.ts";
import { checkSignal } from "./port-rules.ts";

/**
 * `fails` takes nothing, `half` takes the first event and then fails, `lost` takes all but says that it failed, `hangs`
 * never answers.
 */
type Fault = "fails" | "half" | "lost" | "hangs";

export interface MemoryEvents extends EventSink {
  /** The published events, each once, in the order of their first publication. */
  readonly published: readonly JobEvent[];
  /** The events of each call, including repeated ones. */
  readonly calls: readonly (readonly JobEvent[])[];
  /** The fault of all further calls. */
  fault: Fault | undefined;
}

/** A sink that stores events in memory. */
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
