import type { LogUrlStore, SignedLogUrls } from "../../../shared/core/ports/storage-ports.ts";
import { checkSignal } from "./port-rules.ts";

/** Signed log URLs in memory. */
export function createMemoryLogUrls(): LogUrlStore {
  const kept = new Map<string, SignedLogUrls>();
  return {
    async get(name, options) {
      checkSignal(options);
      return structuredClone(kept.get(name));
    },
    async put(name, urls, options) {
      checkSignal(options);
      kept.set(name, structuredClone(urls));
    },
    async delete(name, options) {
      checkSignal(options);
      kept.delete(name);
    },
  };
}
