import type { EventSink, JobEvent } from "../../../shared/core/ports.ts";
import { checkSignal } from "./port-rules.ts";

export interface MemoryEvents extends EventSink {
  /** What is out, once each, in the order of first publication. */
  readonly published: readonly JobEvent[];
}

/** A sink that keeps what is published. */
export function createMemoryEvents(): MemoryEvents {
  const published: JobEvent[] = [];
  return {
    published,
    async publish(events, options) {
      checkSignal(options);
      for (const event of events) if (!published.some(({ id }) => id === event.id)) published.push(structuredClone(event));
    },
  };
}
