/** Logs of jobs: blobs that grow while the jobs run, read through signed URLs. */
import { BlobSASPermissions, BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import { storageClientOptions } from "../host/settings/storage-client-options.ts";
import type { CourseState } from "./courses.ts";
import { textAt } from "./request-and-reply.ts";
import type { ServerJob } from "./state.ts";

export interface JobLogs {
  /** Log name -> URL; empty until the job runs. */
  urls(job: ServerJob, moment: CourseState): Promise<Readonly<Record<string, string>>>;
  /** Writes what a running job has said since the last time. */
  append(job: ServerJob, moment: CourseState): Promise<void>;
}

export interface LogOptions {
  readonly connectionString: string;
  readonly now: () => number;
  readonly speed: number;
  /** How long a URL works from when it was made; 8 hours, as in Azure ML. */
  readonly lifeSeconds?: number;
  /** How long the same URL is given again. */
  readonly cacheSeconds?: number;
}

/** For a server without storage: jobs have no logs. */
export const noLogs: JobLogs = { urls: async () => ({}), append: async () => undefined };

const containerName = "azureml";
const backDatedMs = 10 * 60_000;
const names: Readonly<Record<string, readonly string[]>> = {
  Pipeline: ["logs/azureml/executionlogs.txt", "logs/azureml/stderrlogs.txt", "logs/azureml/stdoutlogs.txt"],
  Sweep: ["azureml-logs/hyperdrive.txt"],
};
const usualNames = ["user_logs/std_log.txt", "system_logs/lifecycler/execution-wrapper.log"];

interface Kept {
  written: number;
  busy: Promise<unknown>;
  readonly urls: Map<string, { readonly url: string; readonly at: number }>;
}

export function createJobLogs({
  connectionString,
  now,
  speed: pace,
  lifeSeconds = 8 * 3600,
  cacheSeconds = 240,
}: LogOptions): JobLogs {
  const container = BlobServiceClient.fromConnectionString(
    connectionString,
    storageClientOptions({ connectionString }),
  ).getContainerClient(containerName);
  const kept = new Map<string, Kept>();
  let made: Promise<unknown> | undefined;

  const keptOf = (job: ServerJob): Kept => {
    const found = kept.get(job.name) ?? { written: 0, busy: Promise.resolve(), urls: new Map() };
    kept.set(job.name, found);
    return found;
  };
  const grow = (job: ServerJob, moment: CourseState): Promise<void> => {
    const entry = keptOf(job);
    const text = logText(job, moment, now(), pace);
    const work = entry.busy.then(async () => {
      made ??= container.createIfNotExists();
      await made;
      if (text.length <= entry.written) return;
      for (const log of namesOf(job)) await append(container, blobName(job, log), text.slice(entry.written));
      entry.written = text.length;
    });
    entry.busy = work.catch(() => undefined);
    return work;
  };
  const sign = async (job: ServerJob, log: string): Promise<string> => {
    const { urls } = keptOf(job);
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
    append: grow,
    async urls(job, moment) {
      if (!hasRun(moment)) return {};
      await grow(job, moment);
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
  return names[textAt(properties, "jobType") ?? ""] ?? usualNames;
}

function blobName({ name }: ServerJob, log: string): string {
  return `ExperimentRun/dcid.${name}/${log}`;
}

/** What the job has said until now: it only ever gets longer. */
function logText(job: ServerJob, { began }: CourseState, now: number, pace: number): string {
  const start = began.find(({ status }) => status === "Running")?.at;
  if (start === undefined) return "";
  const end = began.find(({ status, at }) => at > start && ["Finalizing", "CancelRequested"].includes(status))?.at;
  const seconds = Math.min(600, Math.floor((((end ?? now) - start) / 1000) * pace));
  const lines = [
    `This workspace runs on your machine and only plays Azure ML; the job does not really run.`,
    `Command: ${textAt(job.properties, "command") ?? textAt(job.properties, "jobType")}`,
    ...Array.from({ length: seconds }, (_, index) => `second ${index + 1}`),
    ...(end === undefined ? [] : ["The job has ended."]),
  ];
  return `${lines.join("\n")}\n`;
}

async function append(container: ContainerClient, blob: string, text: string): Promise<void> {
  const client = container.getAppendBlobClient(blob);
  await client.createIfNotExists({ blobHTTPHeaders: { blobContentType: "text/plain" } });
  await client.appendBlock(text, Buffer.byteLength(text));
}
