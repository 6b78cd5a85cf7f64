/**
 * Starts the service on this machine: Azurite, the bundled app and the local Functions host, with all data in one
 * folder.
 */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { bundle } from "../scripts/bundle.ts";
import { defined } from "../shared/lib/defined.ts";
import { superviseAzurite } from "./azurite/supervise-azurite.ts";
import { type FolderLock, lockFolder } from "./data-folder/lock-folder.ts";
import type { PlatformAuth } from "./host/http/platform-auth.ts";
import { localSettingsFile } from "./host/settings/settings.ts";
import { startHost } from "./host/start-host.ts";
import { serviceSettings, usesFakeAzureML } from "./service-settings.ts";
import { startFakeAzureML } from "./start-fake-azureml.ts";
import { startStorageEvents } from "./storage-events/start-storage-events.ts";
import { tooManyRequests } from "./too-many-requests.ts";
import { waitUntilReady } from "./wait-until-ready.ts";

export interface ServiceOptions {
  /** Port on 127.0.0.1; 0 for any free port. */
  readonly port: number;
  /**
   * Folder for storage, jobs, logs and the bundled app; `.jobgate` by default. A new start with it continues all jobs.
   */
  readonly dataDirectory?: string | undefined;
  readonly log?: (line: string) => void;
  /** Requires function keys, as the real host does; they are created in a file of the data folder. */
  readonly enableAuth?: boolean;
  /** Backend of the jobs; `azureml` without a workspace in the settings uses a fake Azure ML on this machine. */
  readonly backend?: "local" | "azureml" | undefined;
  /** Replaces App Service authentication, in tests. */
  readonly authenticate?: PlatformAuth;
  /** Settings that override the environment and the defaults of the one-machine edition. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface RunningService {
  readonly url: string;
  readonly storageConnectionString: string;
  /** File with the connection string, for other clients of the storage. */
  readonly connectionStringFile: string;
  /** File with the function keys; undefined if none are required. */
  readonly keysFile: string | undefined;
  /** True if the backend is a fake Azure ML on this machine. */
  readonly usesFakeAzureML: boolean;
  /** Resolves with the reason when storage has failed permanently; the caller must then stop the service. */
  readonly storageLost: Promise<Error>;
  /** Waits for running functions, then stops the host and Azurite. */
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, "..");
/** The liveness probe must respond under any load. */
const unthrottled = ["health"];
/** Time after which a message is delivered again if its handler was killed; ten minutes in the real host. */
const queueLeaseMs = 30_000;

/** Data folder if no option names one. */
export const defaultDataDirectory = ".jobgate";

/** Path of local.settings.json; undefined if it does not exist. */
export function settingsFile(): string | undefined {
  return localSettingsFile(root);
}

/** Starts the service. @throws Error if another service uses the folder or the port, or storage cannot be reached. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const data = resolve(options.dataDirectory ?? defaultDataDirectory);
  // The connection string of the storage is added once Azurite runs.
  const settings = serviceSettings(root, {
    data,
    options: {
      data: options.dataDirectory !== undefined,
      backend: options.backend,
      enableAuth: options.enableAuth === true,
    },
    settings: options.settings ?? {},
  });
  checkFolderName(settings);
  const lock = await lockFolder(data);
  try {
    await checkPort(options.port);
    return await startOn(data, { ...options, settings }, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function startOn(
  data: string,
  { settings = {}, ...options }: ServiceOptions,
  lock: FolderLock,
): Promise<RunningService> {
  const { port, log = () => {}, authenticate } = options;
  const app = join(data, "app");
  const connectionStringFile = join(data, "connection-string");
  const keysFile = settings.JOBS_AUTH === "key" ? join(data, "keys.json") : undefined;
  const warn = (message: string) => log(`[${new Date().toISOString()}] warning: ${message}`);
  const bundling = handleLater(bundle(app));
  const stops: (() => Promise<void>)[] = [];
  try {
    const azurite = await superviseAzurite({ directory: join(data, "azurite"), warn });
    stops.push(() => azurite.stop());
    const { connectionString } = azurite;
    await bundling;
    const fakeAzureML = usesFakeAzureML(settings) ? await startFakeAzureML(data, connectionString) : undefined;
    stops.push(async () => fakeAzureML?.close());
    const host = await startHost({
      appDirectory: root,
      entry: join(app, "main.cjs"),
      port,
      queueLeaseMs,
      unthrottled,
      tooManyRequests,
      log,
      ...defined({ keysFile, authenticate }),
      // Always the storage of this folder, also if the environment has another connection string.
      settings: { AzureWebJobsStorage: connectionString, ...fakeAzureML?.settings, ...settings },
    });
    stops.push(() => host.stop());
    const ready = handleLater(waitUntilReady(host.url, warn));
    const events = await startStorageEvents({
      connectionString,
      subscriptions: [{ container: "inbox", queue: "inbox-events" }],
      stateFile: join(data, "storage-events.json"),
      warn,
    });
    stops.push(() => events.stop());
    await ready;
    lock.storeUrl(host.url);
    writeFileSync(connectionStringFile, connectionString, { mode: 0o600 });
    return {
      url: host.url,
      storageConnectionString: connectionString,
      connectionStringFile,
      keysFile,
      usesFakeAzureML: fakeAzureML !== undefined,
      storageLost: azurite.storageLost,
      stop: () => stopReversed(stops).finally(() => lock.release()),
    };
  } catch (error) {
    await stopReversed(stops);
    throw error;
  }
}

/** Returns a promise that is awaited later, so that an earlier failure is not an unhandled rejection. */
function handleLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** Calls all functions, the last one first, also if one of them fails. */
async function stopReversed([first, ...others]: readonly (() => Promise<void>)[]): Promise<void> {
  if (first === undefined) return;
  try {
    await stopReversed(others);
  } finally {
    await first();
  }
}

/**
 * Job commands contain the paths of their folders without quotes, as in Azure. The app checks this too, but only after
 * files have been written.
 */
function checkFolderName(settings: Readonly<Record<string, string>>): void {
  const folder = resolve(settings.JOBS_DATA_DIR ?? "");
  if (settings.JOBS_BACKEND !== "local" || /^[\w./:\\@+,=~-]+$/.test(folder)) return;
  throw new Error(
    `The folder ${folder} cannot be used for jobs, because their commands contain its path without quotes. ` +
      "Choose a path of letters, digits and _ . / @ + , = ~ - with --data or JOBS_DATA_DIR.",
  );
}

/** Checks the port before the first process is started. @throws the system's error, `EADDRINUSE`, if it is in use. */
async function checkPort(port: number): Promise<void> {
  const probe = createServer().listen(port, "127.0.0.1");
  await once(probe, "listening");
  await new Promise((resolve) => probe.close(resolve));
}
