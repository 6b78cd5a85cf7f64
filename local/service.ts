/** The whole service on this machine: Azurite, the bundled app and the local Functions host, with all data in one folder. */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { bundle } from "../scripts/bundle.ts";
import { defined } from "../shared/lib/defined.ts";
import { startHost } from "./host/host.ts";
import type { PlatformAuth } from "./host/http/platform-auth.ts";
import { localSettingsFile } from "./host/settings/settings.ts";
import { keepAzurite } from "./keep-azurite.ts";
import { type FolderLock, lockFolder } from "./lock-folder.ts";
import { playAzureML } from "./play-azureml.ts";
import { playsAzureML, serviceSettings } from "./service-settings.ts";
import { startStorageEvents } from "./storage-events.ts";
import { waitUntilReady } from "./wait-until-ready.ts";

export interface ServiceOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Holds everything: storage, jobs, logs, the bundle; `.jobgate` by default. A start on the same folder goes on where the last one stopped. */
  readonly dataDirectory?: string | undefined;
  readonly log?: (line: string) => void;
  /** Asks for keys as the real host does; they are made in a file of the data folder. */
  readonly enableAuth?: boolean;
  /** What runs jobs; `azureml` without a workspace in the settings is one that this machine plays. */
  readonly backend?: "local" | "azureml" | undefined;
  /** Stands in for App Service authentication. */
  readonly authenticate?: PlatformAuth;
  /** Settings that win over the environment and over the defaults of the one-machine edition. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface RunningService {
  readonly url: string;
  readonly storageConnectionString: string;
  /** The same in a file, for clients of storage. */
  readonly connectionFile: string;
  /** Where the keys are, if they are asked for. */
  readonly keysFile: string | undefined;
  /** Whether Azure ML is played by this machine. */
  readonly playsAzureML: boolean;
  /** Resolves when storage is gone for good, with the reason; the service is then to be stopped. */
  readonly lost: Promise<Error>;
  /** Lets work in flight finish, then ends the host and Azurite. */
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, "..");
/** The app's liveness call, which is answered however many other calls are under way. */
const unthrottled = ["health"];
const retrySeconds = 2;
/** The answer for which the app has no chance: the host has no place for one more call. The real host's has no body. */
const tooMany = {
  headers: [
    ["Content-Type", "application/problem+json"],
    ["Cache-Control", "no-store"],
    ["Retry-After", String(retrySeconds)],
  ],
  body: Buffer.from(
    JSON.stringify({
      type: "urn:jobgate:error:too_many_requests",
      title: "Too Many Requests",
      status: 429,
      detail: `This service has as many calls under way as it takes at once. Repeat the call in ${retrySeconds} seconds.`,
      code: "too_many_requests",
    }),
  ),
} as const;
/** A message whose handler was killed comes back after this time; the real host takes ten minutes. */
const queueLeaseMs = 30_000;

/** Folder of the data where no option names one. */
export const defaultData = ".jobgate";

/** The file that settings are read from; undefined where there is none. */
export function settingsFile(): string | undefined {
  return localSettingsFile(root);
}

/** Starts the service. @throws when the folder cannot be used or is in use by another one, the port is taken, or storage cannot be reached. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const data = resolve(options.dataDirectory ?? defaultData);
  // Without the storage, which is not there yet.
  const settings = serviceSettings(root, {
    data,
    options: {
      data: options.dataDirectory !== undefined,
      backend: options.backend,
      enableAuth: options.enableAuth === true,
    },
    settings: options.settings ?? {},
  });
  checkNameable(settings);
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
  const connectionFile = join(data, "connection-string");
  const keysFile = settings.JOBS_AUTH === "key" ? join(data, "keys.json") : undefined;
  const bundling = bundle(app);
  // It is awaited below; a failure until then must not count as unhandled.
  bundling.catch(() => {});
  const warn = (message: string) => log(`[${new Date().toISOString()}] warning: ${message}`);
  const azurite = await keepAzurite({ directory: join(data, "azurite"), warn });
  try {
    await bundling;
    const played = playsAzureML(settings) ? await playAzureML(data, azurite.connectionString) : undefined;
    const host = await startHost({
      appDirectory: root,
      entry: join(app, "main.cjs"),
      port,
      queueLeaseMs,
      unthrottled,
      tooMany,
      log,
      ...defined({ keysFile, authenticate }),
      // The storage of this folder, whatever the environment names.
      settings: { AzureWebJobsStorage: azurite.connectionString, ...played?.settings, ...settings },
    }).catch(async (error: unknown) => {
      await played?.close();
      throw error;
    });
    const ready = waitUntilReady(host.url, warn);
    // It is awaited below; a failure until then must not count as unhandled.
    ready.catch(() => {});
    const events = await startStorageEvents({
      connectionString: azurite.connectionString,
      subscriptions: [{ container: "inbox", queue: "inbox-events" }],
      stateFile: join(data, "storage-events.json"),
      warn,
    });
    const stopAll = async () => {
      try {
        await events.stop();
        await host.stop();
      } finally {
        await played?.close();
        await azurite.stop();
      }
    };
    await ready.catch(async (error: unknown) => {
      await stopAll();
      throw error;
    });
    lock.running(host.url);
    writeFileSync(connectionFile, azurite.connectionString, { mode: 0o600 });
    return {
      url: host.url,
      storageConnectionString: azurite.connectionString,
      connectionFile,
      keysFile,
      playsAzureML: played !== undefined,
      lost: azurite.lost,
      stop: () => stopAll().finally(() => lock.release()),
    };
  } catch (error) {
    await azurite.stop();
    throw error;
  }
}

/** Commands name the folders of jobs without quotes, as in Azure. The app says so too, but only when files have been written. */
function checkNameable(settings: Readonly<Record<string, string>>): void {
  const folder = resolve(settings.JOBS_DATA_DIR ?? "");
  if (settings.JOBS_BACKEND !== "local" || /^[\w./:\\@+,=~-]+$/.test(folder)) return;
  throw new Error(
    `The folder ${folder} cannot hold jobs: their commands name it without quotes. Choose one of letters, digits and _ . / @ + , = ~ - only, with --data or JOBS_DATA_DIR.`,
  );
}

/** A port that is taken is said before anything is started. @throws the system's error, `EADDRINUSE`. */
async function checkPort(port: number): Promise<void> {
  const probe = createServer().listen(port, "127.0.0.1");
  await once(probe, "listening");
  await new Promise((resolve) => probe.close(resolve));
}
