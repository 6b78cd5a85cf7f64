import type { RecordStore } from "../../../shared/core/ports/storage-ports.ts";
import type { JobRecord } from "../../../shared/core/records/record.ts";
import { byText, checkSignal, conflict } from "./port-rules.ts";

/** Records in memory. */
export function createMemoryRecords(): RecordStore {
  const kept = new Map<string, { readonly value: JobRecord; readonly etag: string }>();
  let writes = 0;
  const write = (record: JobRecord): string => {
    writes += 1;
    const etag = `"r${writes}"`;
    kept.set(record.name, { value: structuredClone(record), etag });
    return etag;
  };
  const expect = (name: string, etag: string): void => {
    if (kept.get(name)?.etag !== etag) throw conflict(`The record of ${name}`);
  };
  return {
    async get(name, options) {
      checkSignal(options);
      return structuredClone(kept.get(name));
    },
    async create(record, options) {
      checkSignal(options);
      if (kept.has(record.name)) throw conflict(`The record of ${record.name}`);
      return write(record);
    },
    async replace(record, etag, options) {
      checkSignal(options);
      expect(record.name, etag);
      return write(record);
    },
    async delete(name, etag, options) {
      checkSignal(options);
      if (!kept.has(name)) return;
      expect(name, etag);
      kept.delete(name);
    },
    async *names(options) {
      for (const name of [...kept.keys()].sort(byText)) {
        checkSignal(options);
        yield name;
      }
    },
  };
}
