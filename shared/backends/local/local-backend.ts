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
import { createSemaphore } from "../../lib/semaphore.ts";
import { isErrno, type JobSpec } from "./folder/job-files.ts";
import {
  createJobFolder,
  folderPath,
  isDamaged,
  type JobFolder,
  listOpenJobFolders,
  openJobFolder,
  removeJobFolder,
  sweepStagingFolder,
} from "./folder/job-folder.ts";
import { readState, requestCancel } from "./folder/job-state.ts";
import { exists } from "./folder/read-json.ts";
import { createDownload, type DownloadOptions } from "./inputs/download.ts";
import { createActiveJobs } from "./jobs/active-jobs.ts";
import { commandFields } from "./jobs/command-fields.ts";
import { createJobSpec } from "./jobs/create-job-spec.ts";
import { observeDamagedJob, observeJob } from "./jobs/observe-job.ts";
import { isObsoleteFolder, reassignFolder } from "./jobs/reassign-folder.ts";
import { unsupported } from "./jobs/unsupported.ts";
import { createLaunchSupervisor, defaultSupervisorFile, findBash } from "./process/launch-supervisor.ts";
import { killSubmission } from "./process/processes.ts";
import { logHeader } from "./results/log-header-footer.ts";
import { maxUploads } from "./results/upload-outputs.ts";

export interface LocalBackendOptions {
  /** The folder of the jobs' folders; made when it is not there. */
  readonly directory: string;
  readonly logs: JobFiles;
  readonly outputs: JobFiles;
  readonly bundles: BundleStore;
  readonly clock: Clock;
  /** How many jobs run at once, twice the number of processors by default; the others are Queued. */
  readonly maxRunning?: number;
  /** The most files and bytes of outputs that are kept of a job; 10,000 and 10 GiB by default. */
  readonly maxOutputFiles?: number;
  readonly maxOutputBytes?: number;
  /** The most of a log that is shipped; 1 GiB by default. A command that writes twice as much is ended. */
  readonly maxLogBytes?: number;
  readonly downloads?: DownloadOptions;
  /**
   * How long copies of a finished job's log and outputs stay on disk: longer than the time whose writes storage may lose at a
   * crash. Then missing ones are shipped again, and the copies go. 0, the default, for storage that loses nothing.
   */
  readonly keepCopiesMs?: number;
  /** The `submission_id` in the record of a job; undefined without a record. By default every job has its record. */
  readonly submissionIdOf?: (name: string) => Promise<string | undefined>;
  /** How long a job without a record stays; an hour by default. */
  readonly orphanMs?: number;
  /** The supervisor's program; by default the one beside this module. */
  readonly supervisorFile?: string;
  /** Told of what goes wrong while a job is tended and is tried again. */
  readonly onError?: (error: unknown, name: string) => void;
}

export interface LocalBackend extends Backend {
  /** Lets go of all jobs, which run on; the next backend on this folder takes them up. */
  close(): Promise<void>;
}

const gib = 1024 ** 3;
const stagingAgeMs = 60 * 60_000;
const orphanMs = 60 * 60_000;
const fullFolder =
  "The disk of the data folder is full, so jobs cannot write and their logs and outputs cannot be stored. Free some space on it.";
const bashMissing =
  "The local backend runs commands with bash, and there is no bash in PATH. On Windows, use WSL or install Git for Windows.";

/** Runs command jobs as processes on this machine. @throws Error when the folder cannot be made. */
export function createLocalBackend(options: LocalBackendOptions): LocalBackend {
  const { clock } = options;
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const maxLogBytes = options.maxLogBytes ?? gib;
  const onError = options.onError ?? ((error, name) => console.warn(`Local job ${name}:`, error));
  const tended = createActiveJobs({
    directory,
    keepCopiesMs: options.keepCopiesMs ?? 0,
    submissionIdOf: options.submissionIdOf ?? (async (name) => (await openJobFolder(directory, name))?.owner),
    orphanMs: options.orphanMs ?? orphanMs,
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

  let recovered: Promise<void> | undefined;
  /** Takes up what an earlier service left, the oldest first. */
  function recover(): Promise<void> {
    recovered ??= (async () => {
      await sweepStagingFolder(directory, clock.now(), stagingAgeMs);
      for (const folder of await listOpenJobFolders(directory, onError)) tended.ensureRunning(folder);
    })();
    recovered.catch(() => {
      recovered = undefined;
    });
    return recovered;
  }

  async function find({ name, submission_id }: BackendJobRef): Promise<JobFolder | undefined> {
    await recover();
    const folder = await openJobFolder(directory, name);
    return folder?.spec.name === name && folder.owner === submission_id ? folder : undefined;
  }

  async function look(folder: JobFolder): Promise<Observation> {
    const state = await readState(folder);
    if (state.shipped === undefined) tended.ensureRunning(folder);
    return observeJob(state, tended.isPreparing(folder), clock.now());
  }

  /** The observation of a job whose spec cannot be read: it has failed. Undefined if its folder is not damaged. */
  async function lookAtDamaged({ name, submission_id }: BackendJobRef): Promise<Observation | undefined> {
    if (!(await isDamaged(directory, name))) return undefined;
    killSubmission(submission_id, undefined);
    return observeDamagedJob(folderPath(directory, name), clock.now());
  }

  async function create(job: BackendJob): Promise<JobFolder> {
    const fields = commandFields(job.job);
    const [problem] = unsupported(job.job);
    if (fields === undefined || problem !== undefined)
      throw new BackendRefusal(problem?.code ?? "unsupported_by_backend", problem?.message ?? "");
    const spec = createJobSpec(job, fields, {
      path: folderPath(directory, job.name),
      runFolder: `.run-${randomBytes(8).toString("hex")}`,
      token: randomBytes(16).toString("hex"),
      bash: await bash(),
      now: clock.now(),
      maxLogBytes: 2 * maxLogBytes,
    });
    try {
      return await claimFolder(job, spec, logHeader(job.name, fields));
    } catch (error) {
      // The job is not to blame: it waits, with the notice, until there is space.
      if (isErrno(error, "ENOSPC", "EDQUOT"))
        throw new ServiceError("unavailable", fullFolder, { reason: "storage_full", cause: error });
      throw error;
    }
  }

  async function claimFolder(job: BackendJob, spec: JobSpec, header: string): Promise<JobFolder> {
    const made = () => createJobFolder(directory, spec, header);
    const taken = (await made()) ? undefined : await openJobFolder(directory, job.name);
    if (taken !== undefined && (await isObsoleteFolder(taken, job))) {
      await removeJobFolder(directory, taken);
      await made();
    } else if (taken !== undefined) await reassignFolder(taken, job, tended.detach);
    const folder = await find(job);
    if (folder === undefined) throw new BackendRefusal("job_folder_taken", folderTaken(job.name));
    return folder;
  }

  return {
    id: "local",
    logs: "stored",
    unsupported,
    async submit(job) {
      const folder = await find(job);
      if (folder !== undefined) return look(folder);
      return (await lookAtDamaged(job)) ?? look(await create(job));
    },
    async observe(jobs) {
      const notice = (await isDiskFull(directory))
        ? { notice: { code: "storage_full" as const, message: fullFolder } }
        : {};
      return Promise.all(
        jobs.map(async (job) => {
          const folder = await find(job);
          if (folder === undefined) return { name: job.name, observation: await lookAtDamaged(job) };
          return { name: job.name, observation: { ...notice, ...(await look(folder)) } };
        }),
      );
    },
    async cancel(job) {
      const folder = await find(job);
      if (folder === undefined || (await readState(folder)).exit !== undefined) return;
      await requestCancel(folder);
      tended.ensureRunning(folder);
      tended.cancel(folder);
    },
    async purge(job) {
      const folder = await find(job);
      if (folder === undefined) {
        const path = folderPath(directory, job.name);
        if (await isDamaged(directory, job.name)) await removeJobFolder(directory, { path, runPath: path });
        return;
      }
      if ((await readState(folder)).shipped === undefined)
        throw new BackendRefusal("job_not_finished", `Job ${job.name} still runs; cancel it first.`);
      // It may be shipping files again that storage had lost.
      await tended.detach(folder);
      if (await exists(folder.path)) await removeJobFolder(directory, folder);
    },
    async ready() {
      if (await isDiskFull(directory)) throw new ServiceError("unavailable", fullFolder, { reason: "storage_full" });
      await access(directory, constants.W_OK | constants.X_OK);
      await bash();
      await recover();
    },
    close: () => tended.close(),
  };
}

function folderTaken(name: string): string {
  return `The folder of job ${name} belongs to another job of that name, whose record is gone, or to another spelling of the name. It is removed an hour after that job ended; until then, use another name.`;
}

async function bash(): Promise<string> {
  const file = await findBash();
  if (file === undefined) throw new BackendRefusal("bash_not_found", bashMissing);
  return file;
}
