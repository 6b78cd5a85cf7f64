/** `npm run reindex`: makes every job.yml and the index of all jobs anew from the records. */
import { loadJob } from "../shared/core/job/load-job.ts";
import { createJobReader } from "../shared/core/records/job-reader.ts";
import "../shared/core/job/load-job.ts";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findAzurite } from "../local/azurite/find-azurite.ts";
import { startAzurite } from "../local/azurite/start-azurite.ts";
import { lockFolder } from "../local/data-folder/lock-folder.ts";
import { readFlags } from "../local/read-flags.ts";
import { readStorageConnection } from "../shared/config/config.ts";
import { withCredential } from "../shared/identity.ts";
import { systemClock } from "../shared/lib/clock.ts";
import { type ReindexReport, reindexJobs } from "../shared/service/maintenance/reindex-jobs.ts";
import { sweepBundles } from "../shared/service/maintenance/sweep-bundles.ts";
import type { AccountConnection } from "../shared/storage/account/account-connection.ts";
import { createStorage } from "../shared/storage/create-storage.ts";

const usage = `Makes every job.yml and the index of all jobs anew from their records. The service may run meanwhile.

Usage: npm run reindex -- [options]
  --data DIR       the data folder of a service on this machine (default .jobgate)
  --sweep-bundles  also remove the bundles that no job names and that were not sent for a day
  --help           print this

Without --data, the storage account that AzureWebJobsStorage or AzureWebJobsStorage__* in the environment name comes first.`;

/** Nobody waits for a single answer here, so storage may take its time. */
const timeoutMs = 15_000;
const defaultFolder = ".jobgate";

interface Opened {
  readonly connection: AccountConnection;
  close(): Promise<void>;
}

async function open(data: string | undefined): Promise<Opened> {
  const isNamed = Object.keys(process.env).some(
    (name) => /^AzureWebJobsStorage(__|$)/.test(name) && process.env[name] !== "",
  );
  if (data === undefined && isNamed)
    return { connection: withCredential(readStorageConnection(process.env)), close: async () => undefined };
  const directory = join(data ?? defaultFolder, "azurite");
  if (!existsSync(directory)) {
    throw new Error(
      `${data ?? defaultFolder} is not the data folder of a service: it has no azurite folder. Name another with --data.`,
    );
  }
  const running = await findAzurite(directory);
  if (running !== undefined) return { connection: { connectionString: running }, close: async () => undefined };
  // A service that starts meanwhile would end this Azurite.
  const lock = await lockFolder(data ?? defaultFolder);
  try {
    const { connectionString, stop } = await startAzurite({ directory });
    return { connection: { connectionString }, close: () => stop().finally(() => lock.release()) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;

function summary({ records, dumps, rows, removed, failed }: ReindexReport): string {
  return `${count(records, "record")}: ${count(dumps, "job.yml file")} and ${count(rows, "index row")} written, ${count(removed, "stray row")} removed, ${failed.length} failed.`;
}

const shownNames = 10;

function notSwept(names: readonly string[]): string {
  const shown =
    names.length > shownNames
      ? `${names.slice(0, shownNames).join(", ")} and ${names.length - shownNames} more`
      : names.join(", ");
  return `No bundle was removed, as each of ${count(names.length, "record")} that cannot be read (${shown}) may name any of them: restore or delete jobs/NAME/record.json, then sweep again.`;
}

async function reindex(data: string | undefined, sweep: boolean): Promise<boolean> {
  const { connection, close } = await open(data);
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
        console.error(notSwept(unreadable));
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
