import {
  type DueOptions,
  neverPolled,
  type OpenJob,
  type OpenJobChanges,
  type OpenJobs,
} from "../../../shared/core/ports/open-jobs.ts";
import type { Versioned } from "../../../shared/core/ports/ports.ts";
import { checkSignal, conflict } from "./port-rules.ts";

/** The open jobs in memory. */
export function createMemoryOpenJobs(): OpenJobs {
  const kept = new Map<string, Versioned<OpenJob>>();
  const notBefore = new Map<string, Date>();
  let writes = 0;
  const write = (row: OpenJob): string => {
    writes += 1;
    const etag = `W/"o${writes}"`;
    kept.set(row.name, { value: structuredClone(row), etag });
    return etag;
  };
  const merge = (name: string, changes: OpenJobChanges): void => {
    const row = kept.get(name);
    // An absent or undefined field of a merge does not change the row.
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    if (row !== undefined) write({ ...row.value, ...given });
  };
  const isFar = (time: string, beyond: Date | undefined) =>
    beyond !== undefined && Date.parse(time) > beyond.getTime() && time !== neverPolled;
  const upTo = (key: "next_poll_at" | "heal_at", now: Date, { beyond }: DueOptions = {}) =>
    structuredClone(
      [...kept.values()].filter(({ value }) => Date.parse(value[key]) <= now.getTime() || isFar(value[key], beyond)),
    ).toSorted((a, b) => Date.parse(a.value[key]) - Date.parse(b.value[key]));
  return {
    async put(row, options) {
      checkSignal(options);
      return write(row);
    },
    async get(name, options) {
      checkSignal(options);
      return structuredClone(kept.get(name));
    },
    async merge(name, changes, options = {}) {
      checkSignal(options);
      if (options.etag !== undefined && kept.has(name) && kept.get(name)?.etag !== options.etag)
        throw conflict(`The openjobs row of ${name}`);
      merge(name, changes);
    },
    async mergeMany(list, options) {
      checkSignal(options);
      for (const { name, changes } of list) merge(name, changes);
    },
    async delete(name, etag, options) {
      checkSignal(options);
      if (kept.has(name) && kept.get(name)?.etag !== etag) throw conflict(`The openjobs row of ${name}`);
      kept.delete(name);
    },
    async due(now, options) {
      checkSignal(options);
      return { jobs: upTo("next_poll_at", now, options), notBefore: new Map(notBefore) };
    },
    async toHeal(now, options) {
      checkSignal(options);
      return upTo("heal_at", now, options);
    },
    async setNotBefore(backend, until, options) {
      checkSignal(options);
      notBefore.set(backend, until);
    },
  };
}
