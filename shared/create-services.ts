/** The ports and tunables of one service. A module of its own, because what it imports is loaded when a function first needs it. */
// Gives Job.load all types of jobs; their schemas are half of what a start would cost.
import "./core/job/load-job.ts";
import type { AzureMLConfig } from "./azureml-settings.ts";
import { createAzureMLBackend } from "./backends/azureml/azureml-backend.ts";
import { createToBody } from "./backends/azureml/to-body.ts";
import { unsupportedBy } from "./backends/azureml/unsupported.ts";
import { createLocalBackend } from "./backends/local/local-backend.ts";
import { systemClock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { Backend } from "./core/backend-port.ts";
import type { ReadBundle } from "./core/inbox-ports.ts";
import type { Clock, EventSink } from "./core/ports.ts";
import { azuremlIdentity, withIdentity } from "./identity.ts";
import { createSubmissionQuota, type SubmissionQuota } from "./service/submission-quota.ts";
import type { TokenCredential } from "./storage/account.ts";
import { createStorageCall } from "./storage/call.ts";
import { createContainerUploads } from "./storage/container-uploads.ts";
import { createStorage, type Storage } from "./storage/create-storage.ts";

/** All that the operations take: ports and tunables. */
export interface Services extends Storage {
  readonly backend: Backend;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly pollMinSeconds: number;
  readonly pollMaxSeconds: number;
  readonly logUrlMinutes: number;
  readonly quota?: SubmissionQuota;
  readonly readBundle: ReadBundle;
  readonly publicUrl: string;
  readonly maxBodyBytes: number;
  readonly maxBundleBytes: number;
}

/** Builds the ports of one service. @param credential by default that of the machine's identity, loaded when first needed. */
export function createServices(settings: Config, credential?: TokenCredential): Services {
  const clock = systemClock;
  const storage = createStorage({ connection: withIdentity(settings.storage, credential), timeoutMs: settings.storageTimeoutMs, clock });
  const { index } = storage;
  const { maxSubmissionsPerMinute: perMinute } = settings;
  return {
    ...storage,
    backend:
      settings.azureml === undefined ? localBackend(settings, storage, clock) : azuremlBackend(settings, settings.azureml, { storage, clock, credential }),
    // Nothing listens yet; the timeline keeps every transition.
    events: { publish: async () => undefined },
    clock,
    pollMinSeconds: settings.pollMinSeconds,
    pollMaxSeconds: settings.pollMaxSeconds,
    logUrlMinutes: settings.logUrlMinutes,
    ...(perMinute === undefined ? {} : { quota: createSubmissionQuota({ index, clock }, perMinute) }),
    // Zips are slow to load, and most jobs come alone.
    readBundle: async (zip, use) => (await import("./bundle/receive-bundle.ts")).createReadBundle(settings.maxBodyBytes)(zip, use),
    publicUrl: settings.publicUrl,
    maxBodyBytes: settings.maxBodyBytes,
    maxBundleBytes: settings.maxBundleBytes,
  };
}

function localBackend({ dataDirectory: directory, localMaxRunning: maxRunning }: Config, { logs, outputs, bundles }: Storage, clock: Clock): Backend {
  return createLocalBackend({ directory, logs, outputs, bundles, clock, ...(maxRunning === undefined ? {} : { maxRunning }) });
}

interface AzureMLPorts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly credential: TokenCredential | undefined;
}

function azuremlBackend({ storageTimeoutMs }: Config, azureml: AzureMLConfig, { storage, clock, credential }: AzureMLPorts): Backend {
  const { workspace: name, logHosts, timeoutMs, batch, ...place } = azureml;
  const workspace = { ...place, name };
  const identity = azuremlIdentity(azureml, credential);
  const uploads = createContainerUploads(createStorageCall({ timeoutMs: 4 * storageTimeoutMs }), identity);
  return createAzureMLBackend({
    workspace,
    credential: identity,
    clock,
    toBody: createToBody({ workspace, bundles: storage.bundles, uploads, storageHosts: logHosts }),
    unsupported: unsupportedBy(workspace),
    logHosts,
    timeoutMs,
    batch,
  });
}
