import { afterAll, beforeAll, expect, test } from "vitest";
import { receiptPath } from "../../../shared/core/records/receipt.ts";
import { systemClock } from "../../../shared/lib/clock.ts";
import { openAccount } from "../../../shared/storage/account/storage-account.ts";
import { createStorageCall } from "../../../shared/storage/account/storage-call.ts";
import { createBlobBundles } from "../../../shared/storage/blobs/blob-bundles.ts";
import { createBlobDumps } from "../../../shared/storage/blobs/blob-dumps.ts";
import { createBlobInbox } from "../../../shared/storage/blobs/blob-inbox.ts";
import { createBlobJobFiles } from "../../../shared/storage/blobs/blob-job-files.ts";
import { createBlobLogUrls } from "../../../shared/storage/blobs/blob-log-urls.ts";
import { createBlobReceipts, createBlobSweepMarks } from "../../../shared/storage/blobs/blob-receipts.ts";
import { createBlobRecords } from "../../../shared/storage/blobs/blob-records.ts";
import { createStorage } from "../../../shared/storage/create-storage.ts";
import { createStorageInboxQueue, createStorageQueues } from "../../../shared/storage/queues/storage-queues.ts";
import { createTableJobIndex } from "../../../shared/storage/tables/table-job-index.ts";
import { createTableOpenJobs } from "../../../shared/storage/tables/table-open-jobs.ts";
import { startTestAzurite, type TestAzurite } from "../../support/azurite.ts";
import { until } from "../../support/until.ts";
import { bundleStoreContract } from "./bundle-store-contract.ts";
import { dumpStoreContract } from "./dump-store-contract.ts";
import { inboxQueueContract, sweepMarksContract } from "./inbox-queue-contract.ts";
import { inboxStoreContract } from "./inbox-store-contract.ts";
import { jobFilesContract } from "./job-files-contract.ts";
import { jobIndexContract } from "./job-index-contract.ts";
import { logUrlStoreContract } from "./log-url-store-contract.ts";
import { openJobsContract } from "./open-jobs-contract.ts";
import { queuesContract } from "./queues-contract.ts";
import { receiptStoreContract } from "./receipt-store-contract.ts";
import { recordStoreContract } from "./record-store-contract.ts";
import { signedUrlsContract } from "./signed-urls-contract.ts";

let azurite: TestAzurite;
beforeAll(async () => {
  azurite = await startTestAzurite();
});
afterAll(() => azurite.stop());

const call = createStorageCall({ timeoutMs: 10_000 });
let made = 0;
/** A container or table that does not exist yet. */
const unused = () => {
  made += 1;
  return `unused${made}`;
};
const account = () => openAccount({ connectionString: azurite.connectionString });
const unsigned = async () => "";

recordStoreContract("Azurite", () => createBlobRecords(account().container(unused()), call));
dumpStoreContract("Azurite", () => createBlobDumps(account().container(unused()), call));
bundleStoreContract("Azurite", () => createBlobBundles(account().container(unused()), call));
openJobsContract("Azurite", () => createTableOpenJobs(account().table(unused()), call));
jobIndexContract("Azurite", () => createTableJobIndex(account().table(unused()), call));
jobFilesContract("Azurite", () => createBlobJobFiles(account().container(unused()), call, unsigned));
async function waiting(queue: ReturnType<ReturnType<typeof account>["queue"]>): Promise<readonly unknown[]> {
  const client = await queue.client();
  if (!(await client.exists())) return [];
  const { receivedMessageItems } = await client.receiveMessages({ numberOfMessages: 32 });
  return receivedMessageItems.map(
    ({ messageText }) => JSON.parse(Buffer.from(messageText, "base64").toString()) as unknown,
  );
}
queuesContract("Azurite", () => {
  const [dispatch, updates] = [account().queue(unused()), account().queue(unused())];
  return {
    queues: createStorageQueues({ dispatch, updates }, call),
    waiting: async () => ({ dispatches: await waiting(dispatch), updates: await waiting(updates) }),
  };
});
test("a delayed dispatch is not visible before its time", async () => {
  const dispatch = account().queue(unused());
  await createStorageQueues({ dispatch, updates: account().queue(unused()) }, call).sendDispatch(
    { schema_version: 1, name: "iris", submission_id: "3f1c" },
    { delaySeconds: 1 },
  );
  expect(await waiting(dispatch)).toEqual([]);
  expect(
    await until(
      () => waiting(dispatch),
      (messages) => messages.length > 0,
    ),
  ).toHaveLength(1);
});
signedUrlsContract(
  "by the emulator's key",
  () =>
    createStorage({ connection: { connectionString: azurite.connectionString }, timeoutMs: 10_000, clock: systemClock })
      .logs,
);
logUrlStoreContract("Azurite", () => createBlobLogUrls(account().container(unused()), call));
inboxStoreContract("Azurite", () => {
  const container = account().container(unused());
  return {
    inbox: createBlobInbox(container, call),
    drop: async (path, content) => {
      const client = await container.client();
      await client.createIfNotExists();
      await client.getBlockBlobClient(path).upload(content, Buffer.byteLength(content));
    },
    remove: async (path) => (await container.client()).deleteBlob(path),
  };
});
receiptStoreContract("Azurite", () => {
  const container = account().container(unused());
  const scribble = async (path: string, text: string) =>
    (await container.client()).getBlockBlobClient(receiptPath(path)).upload(text, Buffer.byteLength(text));
  return { receipts: createBlobReceipts(container, call), scribble };
});
inboxQueueContract("Azurite", () => {
  const [events, poison] = [account().queue(unused()), account().queue(unused())];
  return {
    queue: createStorageInboxQueue(events, poison, call),
    waiting: async () => ({ announced: await waiting(events), aside: await waiting(poison) }),
  };
});
sweepMarksContract("Azurite", () => createBlobSweepMarks(account().container(unused()), call));
