/** Creates the ports of the service. wiring.ts imports this file at the first request, because it loads slowly. */

import { resolve } from "node:path";
import type { Config } from "./config/config.ts";
import type { StorageConnection } from "./config/storage-connection.ts";
import { loadJob } from "./core/job/load-job.ts";
import type { Backend } from "./core/ports/backend-port.ts";
import type { ReadBundle } from "./core/ports/inbox-ports.ts";
import type { EventSink } from "./core/ports/ports.ts";
import { createJobReader, type JobReader } from "./core/records/job-reader.ts";
import { azuremlCredential, withCredential } from "./identity.ts";
import { type Clock, systemClock } from "./lib/clock.ts";
import { defined } from "./lib/defined.ts";
import { isDiskFull } from "./lib/is-disk-full.ts";
import { isLoopbackUrl } from "./lib/loopback.ts";
import { createSubmissionQuota, type SubmissionQuota } from "./service/jobs/submission-quota.ts";
import { createSharedRead, type SharedRead } from "./service/jobs/wait-for-job.ts";
import { createRestoreLostRows, type RestoreLostRows } from "./service/lifecycle/restore-lost-rows.ts";
import { restoreRow } from "./service/lifecycle/restore-row.ts";
import { createStorageCall } from "./storage/account/storage-call.ts";
import { createContainerUploads } from "./storage/blobs/container-uploads.ts";
import { createStorage, type Storage } from "./storage/create-storage.ts";

/** Ports and options of the operations. */
export interface Services extends Storage {
  readonly backend: Backend;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly jobReader: JobReader;
  readonly pollMinSeconds: number;
  readonly pollMaxSeconds: number;
  readonly logUrlMinutes: number;
  readonly quota?: SubmissionQuota;
  readonly readBundle: ReadBundle;
  readonly sharedRead: SharedRead;
  readonly restoreLostRows: RestoreLostRows;
  readonly publicUrl: string;
  readonly maxBodyBytes: number;
  readonly maxBundleBytes: number;
}

/** Creates all ports. */
export async function createServices(settings: Config): Promise<Services> {
  const clock = systemClock;
  const isEmulator = isLocalEmulator(settings.storage);
  const storage = createStorage({
    connection: withCredential(settings.storage),
    timeoutMs: settings.storageTimeoutMs,
    clock,
    // The emulator stores its data on the disk that also contains the data folder.
    ...(isEmulator ? { isDiskFull: () => isDiskFull(resolve(settings.dataDirectory)) } : {}),
  });
  const { maxSubmissionsPerMinute: perMinute } = settings;
  // Deletes temporary folders of killed processes in the background.
  void import("./bundle/temporary-folder.ts").then(({ sweepTemporaryFolders }) => sweepTemporaryFolders());
  return {
    ...storage,
    backend: await createBackend(settings, storage, clock),
    // Events have no subscriber yet; the timeline of a job has every transition.
    events: { publish: async () => undefined },
    clock,
    jobReader: createJobReader(loadJob),
    pollMinSeconds: settings.pollMinSeconds,
    pollMaxSeconds: settings.pollMaxSeconds,
    logUrlMinutes: settings.logUrlMinutes,
    ...(perMinute === undefined ? {} : { quota: createSubmissionQuota({ index: storage.index, clock }, perMinute) }),
    // Loaded on demand, because the code for zips loads slowly and most submissions have no files.
    readBundle: async (zip, use) =>
      (await import("./bundle/receive-bundle.ts")).createReadBundle(settings.maxBodyBytes)(zip, use),
    sharedRead: createSharedRead({ records: storage.records, clock }),
    // Only the emulator loses rows, in a crash.
    restoreLostRows: isEmulator ? createRestoreLostRows({ ...storage, clock }) : async () => [],
    publicUrl: settings.publicUrl,
    maxBodyBytes: settings.maxBodyBytes,
    maxBundleBytes: settings.maxBundleBytes,
  };
}

/** True for the connection string of a storage emulator on this machine. */
function isLocalEmulator(storage: StorageConnection): boolean {
  if (!("connectionString" in storage)) return false;
  const [, endpoint] = /(?:^|;)\s*BlobEndpoint=([^;]+)/i.exec(storage.connectionString) ?? [];
  return endpoint === undefined
    ? storage.connectionString.trim() === "UseDevelopmentStorage=true"
    : URL.canParse(endpoint) && isLoopbackUrl(endpoint);
}

/** Creates the backend of the settings. Only its own code is loaded. */
async function createBackend(settings: Config, storage: Storage, clock: Clock): Promise<Backend> {
  const { logs, outputs, bundles } = storage;
  if (settings.azureml === undefined) {
    const { createLocalBackend } = await import("./backends/local/local-backend.ts");
    return createLocalBackend({
      directory: settings.dataDirectory,
      logs,
      outputs,
      bundles,
      clock,
      submissionIdOf: (name) => restoreRow({ ...storage, clock }, name),
      keepCopiesMs: settings.localKeepSeconds * 1000,
      ...defined({ maxRunning: settings.localMaxRunning }),
    });
  }
  const { createAzureMLBackend } = await import("./backends/azureml/azureml-backend.ts");
  const { workspace: name, logHosts, timeoutMs, batch, ...workspaceConfig } = settings.azureml;
  const credential = azuremlCredential(settings.azureml);
  const call = createStorageCall({ timeoutMs: uploadTimeoutFactor * settings.storageTimeoutMs });
  return createAzureMLBackend({
    workspace: { ...workspaceConfig, name },
    credential,
    clock,
    bundles,
    uploads: createContainerUploads(call, credential),
    logHosts,
    timeoutMs,
    batch,
  });
}

/** Time limit of a call to a container of Azure ML, in multiples of the storage timeout. */
const uploadTimeoutFactor = 4;
