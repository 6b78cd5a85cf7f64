import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { ServiceError } from "../../core/errors.ts";
import { type Backend, type BackendJob, type BackendJobRef, BackendRefusal } from "../../core/ports/backend-port.ts";
import type { BundleStore, JobFiles } from "../../core/ports/storage-ports.ts";
import type { Observation } from "../../core/records/messages.ts";
import type { Clock } from "../../lib/clock.ts";
import { isDiskFull } from "../../lib/is-disk-full.ts";
import { isErrno } from "../../lib/is-errno.ts";
import { pathExists } from "../../lib/path-exists.ts";
import { createSemaphore } from "../../lib/semaphore.ts";
import { createJobFolder } from "./folder/create-job-folder.ts";
import { folderPath, isDamaged, type JobFolder, listOpenJobFolders, openJobFolder } from "./folder/job-folder.ts";
import type { JobSpec } from "./folder/job-spec.ts";
import { readState, requestCancel } from "./folder/job-state.ts";
import { removeJobFolder, sweepStagingFolder } from "./folder/remove-job-folder.ts";
import { createDownload, type DownloadOptions } from "./inputs/download.ts";
import { type ActiveJobs, createActiveJobs } from "./jobs/active-jobs.ts";
import { commandFields } from "./jobs/command-fields.ts";
import { createJobSpec } from "./jobs/create-job-spec.ts";
import { observeDamagedJob, observeJob } from "./jobs/observe-job.ts";
import { isObsoleteFolder, reassignFolder } from "./jobs/reassign-folder.ts";
import { unsupported } from "./jobs/unsupported.ts";
import { findBash } from "./process/find-bash.ts";
import { killSubmission } from "./process/kill-submission.ts";
import { createLaunchSupervisor, defaultSupervisorFile } from "./process/launch-supervisor.ts";
import { logHeader } from "./results/log-header-footer.ts";
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
   * How long copies of a finished job's log and outputs stay on disk, to upload them again if they are missing. It must
   * be longer than the time whose writes storage may lose in a crash. 0, the default, is for storage that loses none.
   */
  readonly keepCopiesMs?: number;
  /** The `submission_id` in the record of a job; undefined without a record. By default every job has its record. */
  readonly submissionIdOf?: (name: string) => Promise<string | undefined>;
  /** How long a job without a record stays; an hour by default. */
  readonly orphanMs?: number;
  /** Program of the supervisor; by default the one beside this module. */
  readonly supervisorFile?: string;
  /** Called with each error of a job that is retried. */
  readonly onError?: (error: unknown, name: string) => void;
}

export interface LocalBackend extends Backend {
  /** Stops the management of all jobs. Their commands keep running, and the next backend on this folder resumes it. */
  close(): Promise<void>;
}

const gib = 1024 ** 3;
const stagingAgeMs = 60 * 60_000;
const defaultOrphanMs = 60 * 60_000;
const diskFull =
  "The disk of the data folder is full, so jobs cannot write and their logs and outputs cannot be stored. " +
  "Free some space on it.";
const bashMissing =
  "The local backend runs commands with bash, and there is no bash in PATH. " +
  "On Windows, use WSL or install Git for Windows.";

/** Creates a backend that runs command jobs as processes of this machine. @throws Error if the folder is not writable. */
export function createLocalBackend(options: LocalBackendOptions): LocalBackend {
  const { clock } = options;
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const maxLogBytes = options.maxLogBytes ?? gib;
  const onError = options.onError ?? ((error, name) => console.warn(`Local job ${name}:`, error));
  const active = startActiveJobs(options, { directory, maxLogBytes, onError });

  let resumed: Promise<void> | undefined;
  /** Resumes the jobs of an earlier service once, the oldest first. */
  function resumeJobs(): Promise<void> {
    resumed ??= (async () => {
      await sweepStagingFolder(directory, clock.now(), stagingAgeMs);
      for (const folder of await listOpenJobFolders(directory, onError)) active.manage(folder);
    })();
    resumed.catch(() => {
      resumed = undefined;
    });
    return resumed;
  }

  async function findFolder({ name, submission_id }: BackendJobRef): Promise<JobFolder | undefined> {
    await resumeJobs();
    const folder = await openJobFolder(directory, name);
    return folder?.spec.name === name && folder.owner === submission_id ? folder : undefined;
  }

  async function observe(folder: JobFolder): Promise<Observation> {
    const state = await readState(folder);
    if (state.shipped === undefined) active.manage(folder);
    return observeJob(state, active.isPreparing(folder), clock.now());
  }

  /** Kills and observes a job with a damaged spec; undefined if its folder is not damaged. */
  async function observeDamaged({ name, submission_id }: BackendJobRef): Promise<Observation | undefined> {
    if (!(await isDamaged(directory, name))) return undefined;
    killSubmission(submission_id, undefined);
    return observeDamagedJob(folderPath(directory, name), clock.now());
  }

  async function createFolder(job: BackendJob): Promise<JobFolder> {
    const fields = commandFields(job.job);
    const [problem] = unsupported(job.job);
    if (fields === undefined || problem !== undefined)
      throw new BackendRefusal(problem?.code ?? "unsupported_by_backend", problem?.message ?? "");
    const spec = createJobSpec(job, fields, {
      path: folderPath(directory, job.name),
      runFolder: `.run-${randomBytes(8).toString("hex")}`,
      token: randomBytes(16).toString("hex"),
      bash: await requireBash(),
      now: clock.now(),
      maxLogBytes: 2 * maxLogBytes,
    });
    try {
      return await claimFolder(job, spec, logHeader(job.name, fields));
    } catch (error) {
      // The job is not the cause: it waits, with a notice, until there is space.
      if (isErrno(error, "ENOSPC", "EDQUOT"))
        throw new ServiceError("unavailable", diskFull, { reason: "storage_full", cause: error });
      throw error;
    }
  }

  /** Creates the folder of a job. An existing one is reassigned or replaced if possible. */
  async function claimFolder(job: BackendJob, spec: JobSpec, header: string): Promise<JobFolder> {
    const isCreated = await createJobFolder(directory, spec, header);
    const existing = isCreated ? undefined : await openJobFolder(directory, job.name);
    if (existing !== undefined && (await isObsoleteFolder(existing, job))) {
      await removeJobFolder(directory, existing);
      await createJobFolder(directory, spec, header);
    } else if (existing !== undefined) await reassignFolder(existing, job, active.detach);
    const folder = await findFolder(job);
    if (folder === undefined) throw new BackendRefusal("job_folder_taken", folderTaken(job.name));
    return folder;
  }

  return {
    id: "local",
    logs: "stored",
    unsupported,
    async submit(job) {
      const folder = await findFolder(job);
      if (folder !== undefined) return observe(folder);
      return (await observeDamaged(job)) ?? observe(await createFolder(job));
    },
    async observe(jobs) {
      const isFull = await isDiskFull(directory);
      const notice = isFull ? { notice: { code: "storage_full" as const, message: diskFull } } : {};
      return Promise.all(
        jobs.map(async (job) => {
          const folder = await findFolder(job);
          const observation =
            folder === undefined ? await observeDamaged(job) : { ...notice, ...(await observe(folder)) };
          return { name: job.name, observation };
        }),
      );
    },
    async cancel(job) {
      const folder = await findFolder(job);
      if (folder === undefined || (await readState(folder)).exit !== undefined) return;
      await requestCancel(folder);
      active.manage(folder);
      active.cancel(folder);
    },
    async purge(job) {
      const folder = await findFolder(job);
      if (folder === undefined) {
        const path = folderPath(directory, job.name);
        if (await isDamaged(directory, job.name)) await removeJobFolder(directory, { path, runPath: path });
        return;
      }
      if ((await readState(folder)).shipped === undefined)
        throw new BackendRefusal("job_not_finished", `Job ${job.name} is still running; cancel it first.`);
      // It may be uploading files again that storage had lost.
      await active.detach(folder);
      if (await pathExists(folder.path)) await removeJobFolder(directory, folder);
    },
    async ready() {
      if (await isDiskFull(directory)) throw new ServiceError("unavailable", diskFull, { reason: "storage_full" });
      await access(directory, constants.W_OK | constants.X_OK);
      await requireBash();
      await resumeJobs();
    },
    close: () => active.close(),
  };
}

type ActiveJobsContext = Required<Pick<LocalBackendOptions, "directory" | "maxLogBytes" | "onError">>;

function startActiveJobs(
  options: LocalBackendOptions,
  { directory, maxLogBytes, onError }: ActiveJobsContext,
): ActiveJobs {
  const ownerOf = async (name: string) => (await openJobFolder(directory, name))?.owner;
  return createActiveJobs({
    directory,
    keepCopiesMs: options.keepCopiesMs ?? 0,
    submissionIdOf: options.submissionIdOf ?? ownerOf,
    orphanMs: options.orphanMs ?? defaultOrphanMs,
    uploads: createSemaphore(maxUploads),
    logs: options.logs,
    outputs: options.outputs,
    bundles: options.bundles,
    clock: options.clock,
    slots: createSemaphore(options.maxRunning ?? availableParallelism() * 2),
    launch: createLaunchSupervisor(options.supervisorFile ?? defaultSupervisorFile()),
    download: createDownload(options.downloads),
    outputLimits: { maxFiles: options.maxOutputFiles ?? 10_000, maxBytes: options.maxOutputBytes ?? 10 * gib },
    maxLogBytes,
    onError,
  });
}

function folderTaken(name: string): string {
  return (
    `The folder of job ${name} belongs to another job of this name without a record, or to a name that differs only ` +
    "in case. It is removed an hour after that job ended; until then, use another name."
  );
}

/** @throws BackendRefusal `bash_not_found`. */
async function requireBash(): Promise<string> {
  const file = await findBash();
  if (file === undefined) throw new BackendRefusal("bash_not_found", bashMissing);
  return file;
}
