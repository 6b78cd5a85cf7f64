/** The ports and tunables of one service. Its own module, because the storage SDKs are heavy: they load when a function first needs them. */
import { createLocalBackend } from "./backends/local/local-backend.ts";
import { systemClock } from "./clock.ts";
import type { Config, StorageConnection } from "./config.ts";
import type { Backend, Clock, EventSink } from "./core/ports.ts";
import { once } from "./once.ts";
import type { AccountConnection, TokenCredential } from "./storage/account.ts";
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
  const storage = createStorage({ connection: accountOf(settings.storage, credential), timeoutMs: settings.storageTimeoutMs, clock });
  const { logs, outputs } = storage;
  const { localMaxRunning: maxRunning } = settings;
  return {
    ...storage,
    backend: createLocalBackend({ directory: settings.dataDirectory, logs, outputs, clock, ...(maxRunning === undefined ? {} : { maxRunning }) }),
    // Nothing listens yet; the timeline keeps every transition.
    events: { publish: async () => undefined },
    clock,
    pollMinSeconds: settings.pollMinSeconds,
    pollMaxSeconds: settings.pollMaxSeconds,
    logUrlMinutes: settings.logUrlMinutes,
  };
}

function accountOf(storage: StorageConnection, credential: TokenCredential | undefined): AccountConnection {
  if ("connectionString" in storage) return storage;
  const { clientId, ...uris } = storage;
  return { ...uris, credential: credential ?? machineIdentity(clientId) };
}

/** The identity's package is large, and with a connection string nobody needs it. */
function machineIdentity(clientId: string | undefined): TokenCredential {
  const load = once(async (): Promise<TokenCredential> => {
    const { DefaultAzureCredential, ManagedIdentityCredential } = await import("@azure/identity");
    return clientId === undefined ? new DefaultAzureCredential() : new ManagedIdentityCredential({ clientId });
  });
  return { getToken: async (scopes, options) => (await load()).getToken(scopes, options) };
}
