/** The ports and tunables of one service. A module of its own, because what it imports is loaded when a function first needs it. */

import { resolve } from "node:path";
import type { Config } from "./config/config.ts";
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

/** All that the operations take: ports and tunables. */
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

/** Builds the ports of one service. */
export async function createServices(settings: Config): Promise<Services> {
  const clock = systemClock;
  const isEmulator = isOnThisMachine(settings.storage);
  // Storage on this machine writes to its disk, which is that of the data folder.
  const diskCheck = isEmulator ? { isDiskFull: () => isDiskFull(resolve(settings.dataDirectory)) } : {};
  const storage = createStorage({
    connection: withCredential(settings.storage),
    timeoutMs: settings.storageTimeoutMs,
    clock,
    ...diskCheck,
  });
  const { index, records } = storage;
  const { maxSubmissionsPerMinute: perMinute } = settings;
  // Folders of a process that was killed; a call that is at work does not wait for it.
  void import("./bundle/temporary-folder.ts").then(({ sweepTemporaryFolders }) => sweepTemporaryFolders());
  return {
    ...storage,
    backend: await createBackend(settings, storage, clock),
    // Nothing listens yet; the timeline keeps every transition.
    events: { publish: async () => undefined },
    clock,
    jobReader: createJobReader(loadJob),
    pollMinSeconds: settings.pollMinSeconds,
    pollMaxSeconds: settings.pollMaxSeconds,
    logUrlMinutes: settings.logUrlMinutes,
    ...(perMinute === undefined ? {} : { quota: createSubmissionQuota({ index, clock }, perMinute) }),
    // Zips are slow to load, and most jobs come alone.
    readBundle: async (zip, use) =>
      (await import("./bundle/receive-bundle.ts")).createReadBundle(settings.maxBodyBytes)(zip, use),
    sharedRead: createSharedRead({ records, clock }),
    // A storage account loses nothing.
    restoreLostRows: isEmulator ? createRestoreLostRows({ ...storage, clock }) : async () => [],
    publicUrl: settings.publicUrl,
    maxBodyBytes: settings.maxBodyBytes,
    maxBundleBytes: settings.maxBundleBytes,
  };
}

/** True for an emulator's connection string. */
function isOnThisMachine(storage: Config["storage"]): boolean {
  if (!("connectionString" in storage)) return false;
  const [, endpoint] = /(?:^|;)\s*BlobEndpoint=([^;]+)/i.exec(storage.connectionString) ?? [];
  return endpoint === undefined
    ? storage.connectionString.trim() === "UseDevelopmentStorage=true"
    : URL.canParse(endpoint) && isLoopbackUrl(endpoint);
}

/** Either backend is loaded only where jobs go there. */
async function createBackend(settings: Config, storage: Storage, clock: Clock): Promise<Backend> {
  const { azureml, dataDirectory: directory, localMaxRunning: maxRunning, storageTimeoutMs } = settings;
  const { logs, outputs, bundles } = storage;
  if (azureml === undefined) {
    const { createLocalBackend } = await import("./backends/local/local-backend.ts");
    const submissionIdOf = (name: string) => restoreRow({ ...storage, clock }, name);
    const keepCopiesMs = settings.localKeepSeconds * 1000;
    return createLocalBackend({
      directory,
      logs,
      outputs,
      bundles,
      clock,
      submissionIdOf,
      keepCopiesMs,
      ...defined({ maxRunning }),
    });
  }
  const { createAzureMLBackend } = await import("./backends/azureml/azureml-backend.ts");
  const { workspace: name, logHosts, timeoutMs, batch, ...place } = azureml;
  const credential = azuremlCredential(azureml);
  const uploads = createContainerUploads(createStorageCall({ timeoutMs: 4 * storageTimeoutMs }), credential);
  return createAzureMLBackend({
    workspace: { ...place, name },
    credential,
    clock,
    bundles,
    uploads,
    logHosts,
    timeoutMs,
    batch,
  });
}
