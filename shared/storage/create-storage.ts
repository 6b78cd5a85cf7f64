import type { InboxQueue, InboxStore, ReceiptStore, SweepMarks } from "../core/ports/inbox-ports.ts";
import type { JobIndex } from "../core/ports/job-index.ts";
import type { OpenJobs } from "../core/ports/open-jobs.ts";
import type {
  BundleStore,
  DumpStore,
  JobFiles,
  LogUrlStore,
  Queues,
  RecordStore,
  StorageProbe,
  StorageTrouble,
} from "../core/ports/storage-ports.ts";
import type { Clock } from "../lib/clock.ts";
import { defined } from "../lib/defined.ts";
import type { AccountConnection } from "./account/account-connection.ts";
import type { SignUrl } from "./account/sign-url.ts";
import { once, openAccount } from "./account/storage-account.ts";
import { createStorageCall, type StorageCallSettings } from "./account/storage-call.ts";
import { createWriteMonitor } from "./account/write-monitor.ts";
import { createBlobBundles } from "./blobs/blob-bundles.ts";
import { createBlobDumps } from "./blobs/blob-dumps.ts";
import { createBlobInbox } from "./blobs/blob-inbox.ts";
import { createBlobJobFiles } from "./blobs/blob-job-files.ts";
import { createBlobLogUrls } from "./blobs/blob-log-urls.ts";
import { createBlobReceipts, createBlobSweepMarks } from "./blobs/blob-receipts.ts";
import { createBlobRecords } from "./blobs/blob-records.ts";
import { createStorageInboxQueue, createStorageQueues } from "./queues/storage-queues.ts";
import { createStorageProbe } from "./storage-probe.ts";
import { createTableJobIndex } from "./tables/table-job-index.ts";
import { createTableOpenJobs } from "./tables/table-open-jobs.ts";

export interface Storage {
  readonly records: RecordStore;
  readonly dumps: DumpStore;
  readonly bundles: BundleStore;
  readonly openJobs: OpenJobs;
  readonly index: JobIndex;
  readonly queues: Queues;
  readonly logs: JobFiles;
  readonly outputs: JobFiles;
  readonly logUrls: LogUrlStore;
  readonly inbox: InboxStore;
  readonly receipts: ReceiptStore;
  readonly sweepMarks: SweepMarks;
  readonly inboxQueue: InboxQueue;
  readonly probe: StorageProbe;
  readonly storageTrouble: StorageTrouble;
  /** Number of calls without a response since the start. */
  readonly unansweredCalls: () => number;
}

export interface StorageOptions {
  readonly connection: AccountConnection;
  /** Time limit of a call, retries included. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly isDiskFull?: StorageCallSettings["isDiskFull"];
}

/**
 * Creates all storage ports on one account, without a call. Containers, tables and queues are created by the first
 * write.
 */
export function createStorage({ connection, timeoutMs, clock, isDiskFull }: StorageOptions): Storage {
  const account = openAccount(connection);
  const { container, table, queue } = account;
  const settings = { timeoutMs, ...defined({ isDiskFull }) };
  // The calls of the probe are not monitored: a failed test write must not cause another one.
  const probeTargets = { container: container("jobs"), table: table("openjobs"), queue: queue("readiness") };
  const { onOutage, probe, trouble } = createWriteMonitor(
    createStorageProbe(probeTargets, createStorageCall(settings)),
    clock,
  );
  let unansweredCalls = 0;
  const onNoResponse = () => {
    unansweredCalls += 1;
  };
  const call = createStorageCall({ ...settings, onOutage, onNoResponse });
  const createSigner = once(async () =>
    (await import("./account/sign-url.ts")).createSignUrl(await account.blobs(), call, clock),
  );
  const signUrl: SignUrl = async (...values) => (await createSigner())(...values);
  const signDownload: SignUrl = (blob, expires, options) => signUrl(blob, expires, { ...options, isDownload: true });
  return {
    records: createBlobRecords(container("jobs"), call),
    dumps: createBlobDumps(container("jobs"), call),
    bundles: createBlobBundles(container("bundles"), call),
    openJobs: createTableOpenJobs(table("openjobs"), call),
    index: createTableJobIndex(table("jobindex"), call),
    queues: createStorageQueues({ dispatch: queue("job-dispatch"), updates: queue("job-updates") }, call),
    logs: createBlobJobFiles(container("job-logs"), call, signUrl),
    outputs: createBlobJobFiles(container("job-outputs"), call, signDownload),
    logUrls: createBlobLogUrls(container("log-urls"), call),
    inbox: createBlobInbox(container("inbox"), call),
    receipts: createBlobReceipts(container("receipts"), call),
    sweepMarks: createBlobSweepMarks(container("receipts"), call),
    inboxQueue: createStorageInboxQueue(queue("inbox-events"), queue("inbox-events-poison"), call),
    probe,
    storageTrouble: trouble,
    unansweredCalls: () => unansweredCalls,
  };
}
