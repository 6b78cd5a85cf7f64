import { readFile } from "node:fs/promises";
import type { BundleStore } from "../../../shared/core/ports/storage-ports.ts";
import { systemClock } from "../../../shared/lib/clock.ts";
import { checkSignal, conflict } from "./port-rules.ts";

/** Bundles in memory. */
export function createMemoryBundles(clock = systemClock): BundleStore {
  const kept = new Map<string, { bytes: Buffer; etag: string; renewed_at: string }>();
  let writes = 0;
  const stamp = () => {
    writes += 1;
    return { etag: `"${writes}"`, renewed_at: clock.now().toISOString() };
  };
  const renew = (sha256: string): boolean => {
    const there = kept.get(sha256);
    if (there !== undefined) kept.set(sha256, { ...there, ...stamp() });
    return there !== undefined;
  };
  return {
    async put(sha256, zip, options) {
      checkSignal(options);
      if (!renew(sha256)) kept.set(sha256, { bytes: await readFile(zip), ...stamp() });
    },
    async renew(sha256, options) {
      checkSignal(options);
      return renew(sha256);
    },
    async read(sha256, options) {
      checkSignal(options);
      const there = kept.get(sha256);
      if (there === undefined) return undefined;
      const { bytes, etag } = there;
      const body = async function* () {
        yield bytes;
      };
      return { size: bytes.length, start: 0, length: bytes.length, etag, body: body() };
    },
    async delete(sha256, etag, options) {
      checkSignal(options);
      const there = kept.get(sha256);
      if (there !== undefined && there.etag !== etag) throw conflict(`${sha256}.zip`);
      kept.delete(sha256);
    },
    async *list(options) {
      checkSignal(options);
      for (const [sha256, { etag, renewed_at }] of kept) yield { sha256, etag, renewed_at };
    },
  };
}
