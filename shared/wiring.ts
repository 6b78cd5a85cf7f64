/** Builds everything once, from the settings; what the triggers ask for. */
import { type Caller, callerOf } from "./api/caller.ts";
import { createRespond } from "./api/respond.ts";
import { createLocalBackend } from "./backends/local/local-backend.ts";
import { systemClock } from "./clock.ts";
import { type Config, readConfig } from "./config.ts";
import type { Backend, Clock, EventSink } from "./core/ports.ts";
import { withIdentity } from "./identity.ts";
import { createReadyCheck, type Readiness } from "./service/check-ready.ts";
import type { TokenCredential } from "./storage/account.ts";
import { createStorage, type Storage } from "./storage/create-storage.ts";

/** All that the operations take: ports and tunables. */
export interface Services extends Storage {
  readonly backend: Backend;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly pollMinSeconds: number;
  readonly pollMaxSeconds: number;
  readonly logUrlMinutes: number;
}

/** Builds the ports of one service. @param credential by default that of the machine's identity, loaded when first needed. */
export function createServices(settings: Config, credential?: TokenCredential): Services {
  const clock = systemClock;
  const storage = createStorage({ connection: withIdentity(settings.storage, credential), timeoutMs: settings.storageTimeoutMs, clock });
  const { logs, outputs, bundles } = storage;
  const { localMaxRunning: maxRunning } = settings;
  return {
    ...storage,
    backend: createLocalBackend({ directory: settings.dataDirectory, logs, outputs, bundles, clock, ...(maxRunning === undefined ? {} : { maxRunning }) }),
    // Nothing listens yet; the timeline keeps every transition.
    events: { publish: async () => undefined },
    clock,
    pollMinSeconds: settings.pollMinSeconds,
    pollMaxSeconds: settings.pollMaxSeconds,
    logUrlMinutes: settings.logUrlMinutes,
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The settings. @throws ConfigError naming every one that is wrong. */
export const config: () => Config = once(() => readConfig(process.env));

/** The ports; built when first asked for, so that a start costs little. */
export const services: () => Services = once(() => createServices(config()));

const readyCheck = once(() => createReadyCheck(services()));

/** Whether storage and the backend can be reached. */
export function ready(): Promise<Readiness> {
  return readyCheck()();
}

/** Who calls, as far as this service asks. */
export function caller(): Caller {
  return callerOf(config().auth);
}

/** What functions ask for: a key, where keys are in use. Read when the app loads, so that wrong settings stop it there. */
export const authLevel: "function" | "anonymous" = config().auth === "key" ? "function" : "anonymous";

/** Wraps every HTTP function. Where no key is asked for, or jobs are commands on this machine, only this machine may call. */
export const respond = createRespond({ loopbackOnly: () => config().auth === "none" || config().backend === "local" });
