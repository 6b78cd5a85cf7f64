/** Ports that fail at a chosen call, to test crashes and outages. */
import { ServiceError } from "../../../shared/core/errors.ts";
import type { World } from "./world.ts";

/** `crash`: this and all later calls fail. `outage`: only this call fails. */
export type Failure = { readonly kind: "crash" | "outage"; readonly call: number; readonly when: "before" | "after" };

export interface FaultyWorld {
  readonly ports: World;
  /** Number of port calls so far, without those after a crash. */
  readonly calls: () => number;
}

const faulty = [
  "records",
  "openJobs",
  "dumps",
  "index",
  "events",
  "queues",
  "logs",
  "outputs",
  "logUrls",
  "inbox",
  "receipts",
  "inboxQueue",
  "backend",
] as const;

/** The ports of a world, with a failure before or after the work of one call. */
export function withFailure(world: World, failure: Failure): FaultyWorld {
  let calls = 0;
  let dead = false;
  const fail = (): Error =>
    failure.kind === "crash"
      ? new Error("The process was killed.")
      : new ServiceError("unavailable", "Storage does not respond.");
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    if (dead) throw fail();
    calls += 1;
    if (calls !== failure.call) return work();
    dead = failure.kind === "crash";
    if (failure.when === "after") await work();
    throw fail();
  };
  const wrap = <P extends object>(port: P): P =>
    new Proxy(port, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        const asynchronous =
          typeof value === "function" && key !== "unsupported" && key !== "location" && key !== "names";
        return asynchronous
          ? (...args: unknown[]) => call(() => Reflect.apply(value, target, args) as Promise<unknown>)
          : value;
      },
    });
  const wrapped = Object.fromEntries(faulty.map((name) => [name, wrap(world[name])]));
  return { ports: { ...world, ...wrapped } as World, calls: () => calls };
}
