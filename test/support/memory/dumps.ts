import type { DumpStore } from "../../../shared/core/ports/storage-ports.ts";
import { checkSignal } from "./port-rules.ts";

/** Dumps in memory. */
export function createMemoryDumps(): DumpStore {
  const kept = new Map<string, string>();
  return {
    async put(name, yaml, options) {
      checkSignal(options);
      if (!kept.has(name)) kept.set(name, yaml);
    },
    async get(name, options) {
      checkSignal(options);
      return kept.get(name);
    },
    async delete(name, options) {
      checkSignal(options);
      kept.delete(name);
    },
    location: (name) => `jobs/${name}/job.yml`,
  };
}
