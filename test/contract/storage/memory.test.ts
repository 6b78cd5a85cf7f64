import { createMemoryBundles } from "../../support/memory/bundles.ts";
import { createMemoryDumps } from "../../support/memory/dumps.ts";
import {
  createMemoryInbox,
  createMemoryInboxQueue,
  createMemoryReceipts,
  createMemorySweepMarks,
} from "../../support/memory/inbox.ts";
import { createMemoryJobFiles } from "../../support/memory/job-files.ts";
import { createMemoryJobIndex } from "../../support/memory/job-index.ts";
import { createMemoryLogUrls } from "../../support/memory/log-urls.ts";
import { createMemoryOpenJobs } from "../../support/memory/open-jobs.ts";
import { createMemoryQueues } from "../../support/memory/queues.ts";
import { createMemoryRecords } from "../../support/memory/records.ts";
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

recordStoreContract("memory", createMemoryRecords);
dumpStoreContract("memory", createMemoryDumps);
bundleStoreContract("memory", createMemoryBundles);
openJobsContract("memory", createMemoryOpenJobs);
jobIndexContract("memory", createMemoryJobIndex);
jobFilesContract("memory", createMemoryJobFiles);
queuesContract("memory", () => {
  const queues = createMemoryQueues();
  return { queues, waiting: async () => ({ dispatches: queues.dispatches, updates: queues.updates }) };
});
logUrlStoreContract("memory", createMemoryLogUrls);
inboxStoreContract("memory", () => {
  const inbox = createMemoryInbox();
  return {
    inbox,
    drop: async (path, content) => inbox.drop(path, content),
    remove: async (path) => inbox.remove(path),
  };
});
receiptStoreContract("memory", () => {
  const receipts = createMemoryReceipts();
  return { receipts, scribble: async (path, text) => receipts.scribble(path, text) };
});
inboxQueueContract("memory", () => {
  const queue = createMemoryInboxQueue();
  return { queue, waiting: async () => ({ announced: queue.enqueued, aside: queue.poison }) };
});
sweepMarksContract("memory", createMemorySweepMarks);
