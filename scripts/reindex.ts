/** `npm run reindex`: writes every job.yml and the index of all jobs again from the records. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findAzurite } from "../local/azurite/find-azurite.ts";
import { startAzurite } from "../local/azurite/start-azurite.ts";
import { lockFolder } from "../local/data-folder/lock-folder.ts";
import { readFlags } from "../local/read-flags.ts";
import { readStorageConnection } from "../shared/config/config.ts";
import { loadJob } from "../shared/core/job/load-job.ts";
import { createJobReader } from "../shared/core/records/job-reader.ts";
import { withCredential } from "../shared/identity.ts";
import { systemClock } from "../shared/lib/clock.ts";
import { type ReindexReport, reindexJobs } from "../shared/service/maintenance/reindex-jobs.ts";
import { sweepBundles } from "../shared/service/maintenance/sweep-bundles.ts";
import type { AccountConnection } from "../shared/storage/account/account-connection.ts";
import { createStorage } from "../shared/storage/create-storage.ts";

const usage = `Writes every job.yml and the index of all jobs again from their records. The service may be running.

Usage: npm run reindex -- [options]
  --data DIR       the data folder of a service on this machine (default .jobgate)
  --sweep-bundles  also remove the bundles that no job refers to and that were last uploaded more than a day ago
  --help           print this

Without --data, a storage account that AzureWebJobsStorage or AzureWebJobsStorage__* sets in the environment is used
instead of the default folder.`;

/** Longer than in the service, because no client is waiting for a response. */
const timeoutMs = 15_000;
const defaultFolder = ".jobgate";

interface OpenedStorage {
  readonly connection: AccountConnection;
  /** Stops the storage if this program started it. */
  close(): Promise<void>;
}

/** Opens the storage account of the environment or of a data folder, starting Azurite where it is not running. */
async function openStorage(data: string | undefined): Promise<OpenedStorage> {
  const isInEnvironment = Object.keys(process.env).some(
    (name) => /^AzureWebJobsStorage(__|$)/.test(name) && process.env[name] !== "",
  );
  if (data === undefined && isInEnvironment)
    return { connection: withCredential(readStorageConnection(process.env)), close: async () => undefined };
  const folder = data ?? defaultFolder;
  const directory = join(folder, "azurite");
  if (!existsSync(directory)) {
    throw new Error(
      `${folder} is not the data folder of a service: it has no azurite folder. Name another folder with --data.`,
    );
  }
  const running = await findAzurite(directory);
  if (running !== undefined) return { connection: { connectionString: running }, close: async () => undefined };
  // A service that starts on this folder would stop this Azurite.
  const lock = await lockFolder(folder);
  try {
    const { connectionString, stop } = await startAzurite({ directory });
    return { connection: { connectionString }, close: () => stop().finally(() => lock.release()) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;

function summary({ records, dumps, rows, removed, failed }: ReindexReport): string {
  const written = `${count(dumps, "job.yml file")} and ${count(rows, "index row")} written`;
  return `${count(records, "record")}: ${written}, ${count(removed, "stray row")} removed, ${failed.length} failed.`;
}

const shownNames = 10;

function noSweepMessage(unreadable: readonly string[]): string {
  const hidden = unreadable.length - shownNames;
  const names = `${unreadable.slice(0, shownNames).join(", ")}${hidden > 0 ? ` and ${hidden} more` : ""}`;
  const records = `${count(unreadable.length, "unreadable record")} (${names})`;
  return (
    `No bundle was removed, because ${records} may refer to any bundle. ` +
    "Restore or delete jobs/NAME/record.json, then run --sweep-bundles again."
  );
}

async function reindex(data: string | undefined, sweep: boolean): Promise<boolean> {
  const { connection, close } = await openStorage(data);
  try {
    const storage = createStorage({ connection, timeoutMs, clock: systemClock });
    const report = await reindexJobs(
      { ...storage, jobReader: createJobReader(loadJob) },
      {
        onProgress: (records) => console.log(`${records} records so far ...`),
      },
    );
    for (const { name, error } of report.failed) console.error(`Job ${name}: ${(error as Error).message}`);
    console.log(summary(report));
    if (sweep) {
      const { bundles, removed, unreadable } = await sweepBundles({ ...storage, clock: systemClock });
      console.log(`${count(bundles, "bundle")}: ${removed} removed.`);
      if (unreadable.length > 0) {
        console.error(noSweepMessage(unreadable));
        return false;
      }
    }
    return report.failed.length === 0;
  } finally {
    await close();
  }
}

try {
  const flag = { type: "boolean", default: false } as const;
  const values = readFlags("npm run reindex", { data: { type: "string" }, "sweep-bundles": flag, help: flag });
  if (values.help) console.log(usage);
  else if (!(await reindex(values.data, values["sweep-bundles"]))) process.exitCode = 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
