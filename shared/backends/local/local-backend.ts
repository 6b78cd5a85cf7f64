import { mkdirSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { ServiceError } from "../../core/errors.ts";
import {
  type Backend,
  type BackendJob,
  type BackendJobRef,
  BackendRefusal,
  type ObservedJob,
} from "../../core/ports/backend-port.ts";
import type { BundleStore, JobFiles } from "../../core/ports/storage-ports.ts";
import type { Observation } from "../../core/records/messages.ts";
import type { Clock } from "../../lib/clock.ts";
import { isDiskFull } from "../../lib/is-disk-full.ts";
import { pathExists } from "../../lib/path-exists.ts";
import { createSemaphore } from "../../lib/semaphore.ts";
import { folderPath, isDamaged, type JobFolder, listOpenJobFolders, openJobFolder } from "./folder/job-folder.ts";
import { readState, requestCancel } from "./folder/job-state.ts";
import { removeJobFolder, sweepStagingFolder } from "./folder/remove-job-folder.ts";
import { createDownload, type DownloadOptions } from "./inputs/download.ts";
import { type ActiveJobs, createActiveJobs } from "./jobs/active-jobs.ts";
import { claimFolder, diskFull } from "./jobs/claim-folder.ts";
import { observeDamagedJob, observeJob } from "./jobs/observe-job.ts";
import { unsupported } from "./jobs/unsupported.ts";
import { requireBash } from "./process/find-bash.ts";
import { killLeftovers } from "./process/kill-leftovers.ts";
import { createLaunchSupervisor, defaultSupervisorFile } from "./process/launch-supervisor.ts";
import { maxUploads } from "./results/upload-outputs.ts";

export interface LocalBackendOptions {
  /** Folder of the job folders; created if missing. */
  readonly directory: string;
  readonly logs: JobFiles;
  readonly outputs: JobFiles;
  readonly bundles: BundleStore;
  readonly clock: Clock;
  /** Limit for running jobs, twice the number of processors by default. Further jobs are Queued. */
  readonly maxRunning?: number;
  /** Limits for the stored outputs of a job; 10,000 files and 10 GiB by default. */
  readonly maxOutputFiles?: number;
  readonly maxOutputBytes?: number;
  /** Limit for the uploaded part of a log; 1 GiB by default. A command that writes more than twice as much is ended. */
  readonly maxLogBytes?: number;
  readonly downloads?: DownloadOptions;
  /**
   * Retention of a finished job's log and outputs on disk, to upload them again if they are missing. It must be longer
   * than the time before a crash whose writes storage may lose. 0, the default, is for storage that loses no writes.
   */
  readonly keepCopiesMs?: number;
  /** The `submission_id` in the record of a job; undefined without a record. By default every job has its record. */
  readonly submissionIdOf?: (name: string) => Promise<string | undefined>;
  /** Time after which a job without a record is canceled and removed; an hour by default. */
  readonly orphanMs?: number;
  /** Program of the supervisor. @see defaultSupervisorFile for the default */
  readonly supervisorFile?: string;
  /** Called with each error of a job that is retried. */
  readonly onError?: (error: unknown, name: string) => void;
}

export interface LocalBackend extends Backend {
  /** Stops managing all jobs. Their commands keep running, and the next backend on this folder manages them again. */
  close(): Promise<void>;
}

const gib = 1024 ** 3;
const stagingAgeMs = 60 * 60_000;
const defaultOrphanMs = 60 * 60_000;

/** Creates a backend that runs command jobs as processes here. @throws Error if the folder cannot be created. */
export function createLocalBackend(options: LocalBackendOptions): LocalBackend {
  const context = createContext(options);
  return {
    id: "local",
    logs: "stored",
    unsupported,
    submit: (job) => submit(context, job),
    observe: (jobs) => observeAll(context, jobs),
    cancel: (job) => cancel(context, job),
    purge: (job) => purge(context, job),
    ready: () => checkReady(context),
    close: () => context.active.close(),
  };
}

interface Context {
  /** Folder of the job folders. */
  readonly directory: string;
  readonly clock: Clock;
  readonly active: ActiveJobs;
  readonly maxLogBytes: number;
  /** Resumes the jobs of an earlier service once, the oldest first. */
  readonly resumeJobs: () => Promise<void>;
}

function createContext(options: LocalBackendOptions): Context {
  const { clock } = options;
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const maxLogBytes = options.maxLogBytes ?? gib;
  const onError = options.onError ?? ((error, name) => console.warn(`Local job ${name}:`, error));
  const active = createActiveJobs({
    directory,
    keepCopiesMs: options.keepCopiesMs ?? 0,
    submissionIdOf: options.submissionIdOf ?? (async (name) => (await openJobFolder(directory, name))?.owner),
    orphanMs: options.orphanMs ?? defaultOrphanMs,
    uploads: createSemaphore(maxUploads),
    logs: options.logs,
    outputs: options.outputs,
    bundles: options.bundles,
    clock,
    slots: createSemaphore(options.maxRunning ?? availableParallelism() * 2),
    launch: createLaunchSupervisor(options.supervisorFile ?? defaultSupervisorFile()),
    download: createDownload(options.downloads),
    outputLimits: { maxFiles: options.maxOutputFiles ?? 10_000, maxBytes: options.maxOutputBytes ?? 10 * gib },
    maxLogBytes,
    onError,
  });

  let resumed: Promise<void> | undefined;
  const resumeJobs = () => {
    resumed ??= (async () => {
      await sweepStagingFolder(directory, clock.now(), stagingAgeMs);
      for (const folder of await listOpenJobFolders(directory, onError)) active.manage(folder);
    })();
    resumed.catch(() => {
      resumed = undefined;
    });
    return resumed;
  };
  return { directory, clock, active, maxLogBytes, resumeJobs };
}

/** The folder of this submission; undefined if missing. */
async function findFolder(
  { directory, resumeJobs }: Context,
  { name, submission_id }: BackendJobRef,
): Promise<JobFolder | undefined> {
  await resumeJobs();
  const folder = await openJobFolder(directory, name);
  return folder?.spec.name === name && folder.owner === submission_id ? folder : undefined;
}

async function observe({ active, clock }: Context, folder: JobFolder): Promise<Observation> {
  const state = await readState(folder);
  if (state.shipped === undefined) active.manage(folder);
  return observeJob(state, active.isPreparing(folder), clock.now());
}

/** Kills and observes a job with a damaged spec; undefined if its folder is not damaged. */
async function observeDamaged(
  { directory, clock }: Context,
  { name, submission_id }: BackendJobRef,
): Promise<Observation | undefined> {
  if (!(await isDamaged(directory, name))) return undefined;
  killLeftovers(submission_id, undefined);
  return observeDamagedJob(folderPath(directory, name), clock.now());
}

async function submit(context: Context, job: BackendJob): Promise<Observation> {
  const existing = await findFolder(context, job);
  if (existing !== undefined) return observe(context, existing);
  const damaged = await observeDamaged(context, job);
  if (damaged !== undefined) return damaged;
  const { directory, clock, active, maxLogBytes } = context;
  await claimFolder({ directory, clock, maxLogBytes: 2 * maxLogBytes, detach: active.detach }, job);
  const folder = await findFolder(context, job);
  if (folder === undefined) throw new BackendRefusal("job_folder_taken", folderTaken(job.name));
  return observe(context, folder);
}

function folderTaken(name: string): string {
  return (
    `The folder of job ${name} is in use by an earlier job without a record, or by a job whose name differs only in ` +
    "case. Use another name; the folder of a job without a record is removed an hour after that job ends."
  );
}

async function observeAll(context: Context, jobs: readonly BackendJobRef[]): Promise<readonly ObservedJob[]> {
  const isFull = await isDiskFull(context.directory);
  const notice = isFull ? { notice: { code: "storage_full" as const, message: diskFull } } : {};
  return Promise.all(
    jobs.map(async (job) => {
      const folder = await findFolder(context, job);
      const observation =
        folder === undefined ? await observeDamaged(context, job) : { ...notice, ...(await observe(context, folder)) };
      return { name: job.name, observation };
    }),
  );
}

async function cancel(context: Context, job: BackendJobRef): Promise<void> {
  const folder = await findFolder(context, job);
  if (folder === undefined || (await readState(folder)).exit !== undefined) return;
  await requestCancel(folder);
  context.active.manage(folder);
  context.active.cancel(folder);
}

async function purge(context: Context, job: BackendJobRef): Promise<void> {
  const { directory, active } = context;
  const folder = await findFolder(context, job);
  if (folder === undefined) {
    const path = folderPath(directory, job.name);
    if (await isDamaged(directory, job.name)) await removeJobFolder(directory, { path, runPath: path });
    return;
  }
  if ((await readState(folder)).shipped === undefined)
    throw new BackendRefusal("job_not_finished", `Job ${job.name} is still running; cancel it first.`);
  // Uploads of lost files may be in progress.
  await active.detach(folder);
  if (await pathExists(folder.path)) await removeJobFolder(directory, folder);
}

async function checkReady({ directory, resumeJobs }: Context): Promise<void> {
  if (await isDiskFull(directory)) throw new ServiceError("unavailable", diskFull, { reason: "storage_full" });
  await access(directory, constants.W_OK | constants.X_OK);
  await requireBash();
  await resumeJobs();
}
