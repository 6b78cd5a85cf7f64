/** `npm run reindex` on a data folder, with and without a running service, and on an account from the environment. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { BlobServiceClient } from "@azure/storage-blob";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findAzurite } from "../../local/azurite/find-azurite.ts";
import { type RunningAzurite, startAzurite } from "../../local/azurite/start-azurite.ts";
import { indexEntry } from "../../shared/core/records/index-entry.ts";
import { sha256 } from "../../shared/core/text/digest.ts";
import { systemClock } from "../../shared/lib/clock.ts";
import { createStorage, type Storage } from "../../shared/storage/create-storage.ts";
import { jobReader } from "../support/job-reader.ts";
import { sampleRecord } from "../support/samples.ts";
import { dataFolder, removeData, root, runScript } from "../support/service-process.ts";

const record = sampleRecord({ dump: "command: echo\nenvironment: azureml:any@latest\ntype: command\n" });
let data: string;
let azurite: RunningAzurite;
let storage: Storage;

beforeAll(async () => {
  data = await dataFolder();
  azurite = await startAzurite({ directory: join(data, "azurite") });
  storage = createStorage({
    connection: { connectionString: azurite.connectionString },
    timeoutMs: 10_000,
    clock: systemClock,
  });
  await storage.records.create(record);
});
afterAll(async () => {
  await azurite.stop();
  await removeData(data);
});

async function reindex(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const program = runScript("scripts/reindex.ts", args, { AzureWebJobsStorage: "", ...environment });
  const { code } = await program.ended;
  return { code, output: program.output() };
}

/** Deletes the dump and the index row of the record. */
async function deleteProjections({ dumps, index }: Storage): Promise<void> {
  await dumps.delete(record.name);
  await index.delete(record.name, record.creation_context.created_at);
}

async function expectProjected({ dumps, index }: Storage): Promise<void> {
  expect(await dumps.get(record.name)).toBe(record.dump);
  expect(await index.get(record.name, record.creation_context.created_at)).toEqual(indexEntry(jobReader, record));
}

const done = "1 record: 1 job.yml file and 1 index row written, 0 stray rows removed, 0 failed.\n";

test("uses the account from the environment", async () => {
  await deleteProjections(storage);
  expect(await reindex([], { AzureWebJobsStorage: azurite.connectionString })).toEqual({ code: 0, output: done });
  await expectProjected(storage);
});

test("uses running storage of a folder and leaves it running", async () => {
  await deleteProjections(storage);
  expect(await reindex(["--data", data], { AzureWebJobsStorage: "nonsense" })).toEqual({ code: 0, output: done });
  await expectProjected(storage);
});

test("reports a damaged record with --sweep-bundles, removes no bundle, and rebuilds the other jobs", async () => {
  await deleteProjections(storage);
  const damaged = BlobServiceClient.fromConnectionString(azurite.connectionString)
    .getContainerClient("jobs")
    .getBlockBlobClient("broken/record.json");
  const [zip, shift] = [join(data, "bundle.zip"), join(data, "shift")];
  writeFileSync(zip, "a bundle");
  writeFileSync(shift, String(25 * 3_600_000));
  await storage.bundles.put(sha256("a bundle"), zip);
  await damaged.upload("{", 1);
  const later = {
    NODE_OPTIONS: `--import=${pathToFileURL(join(root, "test/support/shift-clock.ts")).href}`,
    JOBGATE_TEST_SHIFT: shift,
  };
  const { code, output } = await reindex(["--sweep-bundles"], {
    AzureWebJobsStorage: azurite.connectionString,
    ...later,
  });
  expect([code, output]).toEqual([
    1,
    expect.stringMatching(
      /Job broken: .*damaged[\s\S]*1 bundle: 0 removed\.\nNo bundle was removed, .*\(broken\) may refer to any/,
    ),
  ]);
  await expectProjected(storage);
  await damaged.delete();
  const swept = await reindex(["--sweep-bundles"], { AzureWebJobsStorage: azurite.connectionString, ...later });
  expect([swept.code, swept.output]).toEqual([0, expect.stringContaining("1 bundle: 1 removed.\n")]);
});

test("starts the storage of a folder if it is not running, and stops it afterwards", async () => {
  await deleteProjections(storage);
  await azurite.stop();
  expect(await reindex(["--data", data])).toEqual({ code: 0, output: done });
  expect(await findAzurite(join(data, "azurite"))).toBeUndefined();
});

test.each([
  [["--data", "/nowhere"], {}, "/nowhere is not the data folder of a service"],
  [["--everything"], {}, "Unknown option '--everything'"],
  [[], { AzureWebJobsStorage: "nonsense" }, "AzureWebJobsStorage: it needs AccountName"],
])("exits with 1 for %j with %j: %s", async (args, environment, expected) => {
  const { code, output } = await reindex(args, environment);
  expect(code).toBe(1);
  expect(output).toContain(expected);
});

test("prints its purpose and options with --help", async () => {
  const { code, output } = await reindex(["--help"]);
  expect(code).toBe(0);
  expect(output).toContain("npm run reindex -- [options]");
});
