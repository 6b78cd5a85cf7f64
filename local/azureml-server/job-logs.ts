/** Logs of jobs: blobs that grow while the jobs run, and are read through signed URLs. */
import { BlobSASPermissions, BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import { storageClientOptions } from "../host/settings/storage-client-options.ts";
import type { CourseState } from "./courses.ts";
import { textAt } from "./request-and-reply.ts";
import type { ServerJob } from "./state.ts";

export interface JobLogs {
  /** Log name -> signed URL; empty until the job runs. */
  urls(job: ServerJob, state: CourseState): Promise<Readonly<Record<string, string>>>;
  /** Appends the lines that a job has logged since the last call. */
  append(job: ServerJob, state: CourseState): Promise<void>;
}

export interface LogOptions {
  readonly connectionString: string;
  readonly now: () => number;
  readonly speed: number;
  /** Lifetime of a URL; 8 hours by default, as in Azure ML. */
  readonly lifeSeconds?: number;
  /** Time for which the same URL is returned again; 240 by default. */
  readonly cacheSeconds?: number;
}

/** Logs of a server without storage: jobs have none. */
export const noLogs: JobLogs = { urls: async () => ({}), append: async () => undefined };

const containerName = "azureml";
/** Time before its signature from which a URL is valid, as in Azure ML. */
const backDatedMs = 10 * 60_000;
/** Job type -> log names. */
const logNames: Readonly<Record<string, readonly string[]>> = {
  Pipeline: ["logs/azureml/executionlogs.txt", "logs/azureml/stderrlogs.txt", "logs/azureml/stdoutlogs.txt"],
  Sweep: ["azureml-logs/hyperdrive.txt"],
};
const defaultLogNames = ["user_logs/std_log.txt", "system_logs/lifecycler/execution-wrapper.log"];

interface LogProgress {
  /** Number of characters that were appended. */
  written: number;
  /** Settles when the last append has ended. */
  appending: Promise<unknown>;
  /** Log name -> signed URL and the time of its signature. */
  readonly urls: Map<string, { readonly url: string; readonly at: number }>;
}

export function createJobLogs({
  connectionString,
  now,
  speed,
  lifeSeconds = 8 * 3600,
  cacheSeconds = 240,
}: LogOptions): JobLogs {
  const container = BlobServiceClient.fromConnectionString(
    connectionString,
    storageClientOptions({ connectionString }),
  ).getContainerClient(containerName);
  const progress = new Map<string, LogProgress>();
  let created: Promise<unknown> | undefined;

  const progressOf = (job: ServerJob): LogProgress => {
    const entry = progress.get(job.name) ?? { written: 0, appending: Promise.resolve(), urls: new Map() };
    progress.set(job.name, entry);
    return entry;
  };
  const append = (job: ServerJob, state: CourseState): Promise<void> => {
    const entry = progressOf(job);
    const text = logText(job, state, now(), speed);
    const work = entry.appending.then(async () => {
      created ??= container.createIfNotExists();
      await created;
      if (text.length <= entry.written) return;
      for (const log of namesOf(job)) await appendToBlob(container, blobName(job, log), text.slice(entry.written));
      entry.written = text.length;
    });
    entry.appending = work.catch(() => undefined);
    return work;
  };
  const sign = async (job: ServerJob, log: string): Promise<string> => {
    const { urls } = progressOf(job);
    const cached = urls.get(log);
    if (cached !== undefined && now() - cached.at < cacheSeconds * 1000) return cached.url;
    const at = now();
    const url = await container.getBlobClient(blobName(job, log)).generateSasUrl({
      startsOn: new Date(at - backDatedMs),
      expiresOn: new Date(at + lifeSeconds * 1000),
      permissions: BlobSASPermissions.from({ read: true }),
    });
    urls.set(log, { url, at });
    return url;
  };
  return {
    append,
    async urls(job, state) {
      if (!hasRun(state)) return {};
      await append(job, state);
      return Object.fromEntries(
        await Promise.all(namesOf(job).map(async (log) => [log, await sign(job, log)] as const)),
      );
    },
  };
}

function hasRun({ began }: CourseState): boolean {
  return began.some(({ status }) => status === "Running");
}

function namesOf({ properties }: ServerJob): readonly string[] {
  return logNames[textAt(properties, "jobType") ?? ""] ?? defaultLogNames;
}

function blobName({ name }: ServerJob, log: string): string {
  return `ExperimentRun/dcid.${name}/${log}`;
}

/** The log of a job up to now. The text only grows, so that it can be appended to a blob. */
function logText(job: ServerJob, { began }: CourseState, now: number, speed: number): string {
  const start = began.find(({ status }) => status === "Running")?.at;
  if (start === undefined) return "";
  const end = began.find(({ status, at }) => at > start && ["Finalizing", "CancelRequested"].includes(status))?.at;
  const seconds = Math.min(600, Math.floor((((end ?? now) - start) / 1000) * speed));
  const lines = [
    "This workspace is simulated; the job runs no command.",
    `Command: ${textAt(job.properties, "command") ?? textAt(job.properties, "jobType")}`,
    ...Array.from({ length: seconds }, (_, index) => `second ${index + 1}`),
    ...(end === undefined ? [] : ["The job has ended."]),
  ];
  return `${lines.join("\n")}\n`;
}

async function appendToBlob(container: ContainerClient, blob: string, text: string): Promise<void> {
  const client = container.getAppendBlobClient(blob);
  await client.createIfNotExists({ blobHTTPHeaders: { blobContentType: "text/plain" } });
  await client.appendBlock(text, Buffer.byteLength(text));
}
