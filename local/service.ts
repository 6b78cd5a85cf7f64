/** The whole service on this machine: Azurite, the bundled app and the local Functions host, with all data in one folder. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { bundle } from "../scripts/bundle.ts";
import { startAzurite } from "./azurite.ts";
import { startHost } from "./host/host.ts";

export interface ServiceOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Holds everything: storage, jobs, logs, the bundle. A start on the same folder goes on where the last one stopped. */
  readonly dataDirectory: string;
  readonly log?: (line: string) => void;
  /** Settings that win over the defaults of the one-machine edition. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface RunningService {
  readonly url: string;
  readonly storageConnectionString: string;
  /** Lets work in flight finish, then ends the host and Azurite. */
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, "..");
/** A message whose handler was killed comes back after this time; the real host takes ten minutes. */
const queueLeaseMs = 30_000;

/** Starts the service. @throws when the folder is in use by another one, or the port is taken. */
export async function startService({ port, dataDirectory, log = () => {}, settings = {} }: ServiceOptions): Promise<RunningService> {
  const data = resolve(dataDirectory);
  mkdirSync(data, { recursive: true });
  const lockFile = join(data, "service.json");
  await refuseSecond(lockFile, data);
  const app = join(data, "app");
  const [azurite] = await Promise.all([startAzurite({ directory: join(data, "azurite") }), bundle(app)]);
  try {
    const host = await startHost({
      appDirectory: root,
      entry: join(app, "main.cjs"),
      port,
      queueLeaseMs,
      log,
      settings: {
        AzureWebJobsStorage: azurite.connectionString,
        JOBS_AUTH: "none",
        JOBS_BACKEND: "local",
        JOBS_DATA_DIR: join(data, "jobs"),
        JOBS_POLL_SCHEDULE: process.env.JOBS_POLL_SCHEDULE ?? "*/2 * * * * *",
        // Under the time between two ticks, so that each tick looks at the young jobs.
        JOBS_POLL_MIN_SECONDS: process.env.JOBS_POLL_MIN_SECONDS ?? "1",
        JOBS_HEAL_SCHEDULE: process.env.JOBS_HEAL_SCHEDULE ?? "0 * * * * *",
        ...settings,
      },
    });
    writeFileSync(lockFile, JSON.stringify({ pid: process.pid, url: host.url }));
    const stop = async () => {
      await host.stop();
      await azurite.stop();
      rmSync(lockFile, { force: true });
    };
    return { url: host.url, storageConnectionString: azurite.connectionString, stop };
  } catch (error) {
    await azurite.stop();
    throw error;
  }
}

/** Two services on one folder would end each other's Azurite. A file that a killed service left is no obstacle. */
async function refuseSecond(lockFile: string, data: string): Promise<void> {
  let other: { pid: number; url: string };
  try {
    other = JSON.parse(readFileSync(lockFile, "utf8"));
  } catch {
    return;
  }
  const answer = await fetch(`${other.url}/api/health`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
  if (answer?.ok === true) {
    throw new Error(`The folder ${data} is in use by the service at ${other.url} (process ${other.pid}). Stop that one, or choose another folder with --data.`);
  }
}
