/** All ports in memory, and helpers for tests. */

import { createReadBundle } from "../../../shared/bundle/receive-bundle.ts";
import type { StorageProbe } from "../../../shared/core/ports/storage-ports.ts";
import type { Scope } from "../../../shared/core/records/scope.ts";
import type { Submission } from "../../../shared/core/records/submission.ts";
import { createSharedRead } from "../../../shared/service/jobs/wait-for-job.ts";
import { jobReader } from "../job-reader.ts";
import { createMemoryBackend, type MemoryBackendOptions } from "./backend.ts";
import { createMemoryBundles } from "./bundles.ts";
import { createManualClock } from "./clock.ts";
import { createMemoryDumps } from "./dumps.ts";
import { createMemoryEvents } from "./events.ts";
import { createMemoryInbox, createMemoryInboxQueue, createMemoryReceipts, createMemorySweepMarks } from "./inbox.ts";
import { createMemoryJobFiles } from "./job-files.ts";
import { createMemoryJobIndex } from "./job-index.ts";
import { createMemoryLogUrls } from "./log-urls.ts";
import { createMemoryOpenJobs } from "./open-jobs.ts";
import { createMemoryQueues } from "./queues.ts";
import { createMemoryRecords } from "./records.ts";

const maxBodyBytes = 262_144;

/** All ports of the operations, in memory, with the scope of a caller with all rights. */
export function createWorld(backend: Omit<MemoryBackendOptions, "clock"> = {}) {
  const clock = createManualClock();
  const records = createMemoryRecords();
  return {
    clock,
    records,
    jobReader,
    sharedRead: createSharedRead({ records, clock }),
    openJobs: createMemoryOpenJobs(),
    dumps: createMemoryDumps(),
    bundles: createMemoryBundles(clock),
    index: createMemoryJobIndex(),
    events: createMemoryEvents(),
    queues: createMemoryQueues(),
    logs: createMemoryJobFiles("job-logs"),
    outputs: createMemoryJobFiles("job-outputs"),
    logUrls: createMemoryLogUrls(),
    backend: createMemoryBackend({ clock, ...backend }),
    pollMinSeconds: 2,
    pollMaxSeconds: 60,
    logUrlMinutes: 15,
    scope: {} as Scope,
    inbox: createMemoryInbox(clock),
    receipts: createMemoryReceipts(),
    sweepMarks: createMemorySweepMarks(),
    inboxQueue: createMemoryInboxQueue(),
    probe: { write: async () => undefined } as StorageProbe,
    readBundle: createReadBundle(maxBodyBytes),
    publicUrl: "https://jobs.test",
    maxBodyBytes,
    maxBundleBytes: 1024 * 1024,
  };
}

export type World = ReturnType<typeof createWorld>;

/** The YAML of a job that all backends support. */
export function jobYaml(fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ type: "command", command: "echo hello world", environment: "azureml:cpu@latest", ...fields });
}

/** A submission over HTTP. */
export function submission(
  fields: Readonly<Record<string, unknown>> = { name: "iris" },
  more: Partial<Submission> = {},
): Submission {
  return {
    source: jobYaml(fields),
    format: "json",
    door: "http",
    owner: "local",
    createdBy: { name: "local", type: "User" },
    ...more,
  };
}
