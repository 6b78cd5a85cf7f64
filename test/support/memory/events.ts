import { ServiceError } from "../../../shared/core/errors.ts";
import type { EventSink, JobEvent } from "../../../shared/core/ports/ports.ts";
import { checkSignal } from "./port-rules.ts";

/**
 * `fails` stores no event. `half` stores the first event, then fails. `lost` stores all events, then fails. `hangs`
 * does not respond.
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
      const stored =
        this.fault === "fails" || this.fault === "hangs" ? [] : this.fault === "half" ? events.slice(0, 1) : events;
      for (const event of stored)
        if (!published.some(({ id }) => id === event.id)) published.push(structuredClone(event));
      if (this.fault === "hangs") await new Promise(() => undefined);
      if (this.fault !== undefined) throw new ServiceError("unavailable", "The event sink cannot be reached.");
    },
  };
}
