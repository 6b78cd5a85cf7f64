/** Ports that fail at a chosen call, to see what a crash or an outage leaves behind. */
import { ServiceError } from "../../../shared/core/errors.ts";
import type { World } from "./world.ts";

/** `crash`: the process is gone from that call on. `outage`: that one call fails and the rest go on. */
export type Failure = { readonly kind: "crash" | "outage"; readonly call: number; readonly when: "before" | "after" };

export interface FaultyWorld {
  readonly ports: World;
  /** Calls of ports that change something, so far; those after a crash do not count. */
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

/** The same ports, of which the call that `failure` counts to fails, before or after it has done its work. */
export function withFailure(world: World, failure: Failure): FaultyWorld {
  let calls = 0;
  let dead = false;
  const fail = (): Error =>
    failure.kind === "crash" ? new Error("The process is gone.") : new ServiceError("unavailable", "Nobody answers.");
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
