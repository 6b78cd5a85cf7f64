// The service's part in a job's life: it fetches inputs, starts the supervisor, ships the log while the command runs, and keeps
// the outputs. All that it knows stands in the job's folder, so that any later service goes on where this one was killed.
import { join } from "node:path";
import type { BundleStore } from "../../../core/ports/storage-ports.ts";
import type { Clock } from "../../../lib/clock.ts";
import { defined } from "../../../lib/defined.ts";
import type { Semaphore } from "../../../lib/semaphore.ts";
import { type Exit, isErrno, type Started } from "../folder/job-files.ts";
import { createRunFolder, type JobFolder } from "../folder/job-folder.ts";
import { endUnstartedJob, readState } from "../folder/job-state.ts";
import { exists } from "../folder/read-json.ts";
import type { Download } from "../inputs/download.ts";
import { DownloadError } from "../inputs/download.ts";
import { UnpackError, unpackBundle } from "../inputs/unpack-bundle.ts";
import type { LaunchSupervisor } from "../process/launch-supervisor.ts";
import { createSupervisorWatchdog, killRemains } from "../process/supervisor-watchdog.ts";
import { type FinishPorts, finishJob, reportFailure } from "../results/finish-job.ts";
import type { LogUploader } from "../results/upload-log.ts";

export interface RunPorts extends FinishPorts {
  readonly bundles: BundleStore;
  readonly slots: Semaphore;
  readonly launch: LaunchSupervisor;
  readonly download: Download;
}

export interface RunSignals {
  /** The service ends; the job does not. */
  readonly closing: AbortSignal;
  /** Somebody asked for the end of the job. */
  readonly canceled: AbortSignal;
  /** Told when inputs are being fetched. */
  readonly onPreparing: () => void;
}

const firstLookMs = 50;
const tickMs = 500;
/** How often a supervisor is looked for. */
const lostCheckMs = 2_000;
/** A supervisor that never comes to write `started` is started again so many times. */
const launches = 3;

/** Sees a job through to `shipped.json`, or until the service closes. */
export async function runJob(
  ports: RunPorts,
  folder: JobFolder,
  shipper: LogUploader,
  signals: RunSignals,
): Promise<void> {
  const release = await place(ports.slots, folder, signals);
  try {
    await prepare(ports, folder, signals);
    await follow(ports, folder, shipper, signals.closing);
  } finally {
    release?.();
  }
  if (!signals.closing.aborted) await finishJob(ports, folder, shipper, signals.closing);
}

/** Waits for a place, unless the job runs already or there is no reason left to wait: a cancel may have been taken by a service before this one. */
async function place(
  slots: Semaphore,
  folder: JobFolder,
  { closing, canceled }: RunSignals,
): Promise<(() => void) | undefined> {
  const { started, exit, cancelRequested } = await readState(folder);
  if (exit !== undefined) return undefined;
  if (started === undefined && cancelRequested) return undefined;
  return started === undefined ? slots.acquire(AbortSignal.any([closing, canceled])) : slots.acquireNow();
}

/** Fetches the files and inputs of a job that has not started; a job that cannot have them, or is no longer wanted, ends here. */
async function prepare(
  ports: RunPorts,
  folder: JobFolder,
  { closing, canceled, onPreparing }: RunSignals,
): Promise<void> {
  const { started, exit, cancelRequested } = await readState(folder);
  if (started !== undefined || exit !== undefined) return;
  const stop = AbortSignal.any([closing, canceled, ...(cancelRequested ? [AbortSignal.abort()] : [])]);
  try {
    if (!stop.aborted) await createRunFolder(folder);
    if (!stop.aborted && (folder.spec.downloads.length > 0 || folder.spec.bundle !== undefined)) {
      onPreparing();
      await unpackBundle(ports.bundles, folder, stop);
      await fetchInputs(ports, folder, stop);
    }
  } catch (error) {
    const code = preparationCode(error);
    if (stop.aborted && closing.aborted) return;
    const { message } = error as Error;
    if (code !== undefined)
      endUnstartedJob(
        folder,
        exitOf(ports.clock, "Failed", {
          code,
          message: code === "job_not_prepared" ? `The job could not be prepared: ${message}.` : message,
        }),
      );
    else if (!stop.aborted) throw error;
  }
  if (stop.aborted && !closing.aborted) endUnstartedJob(folder, exitOf(ports.clock, "Canceled"));
}

/** System errors that no retry can mend, such as a name that is too long or a folder that may not be entered. */
const lastingErrors = ["ENAMETOOLONG", "EACCES", "EPERM", "EEXIST", "EISDIR", "ENOTDIR", "ELOOP", "EINVAL", "EILSEQ"];

/** The code of an error that ends a job in preparation; undefined for one that may pass, such as a full disk. */
function preparationCode(error: unknown): string | undefined {
  if (error instanceof DownloadError) return "input_download_failed";
  if (error instanceof UnpackError) return error.code;
  return isErrno(error, ...lastingErrors) || error instanceof RangeError ? "job_not_prepared" : undefined;
}

/** Fetches what is not there yet: a file gets its name when it is whole. */
async function fetchInputs({ download }: RunPorts, { runPath, spec }: JobFolder, signal: AbortSignal): Promise<void> {
  for (const { input, url, file } of spec.downloads) {
    if (await exists(join(runPath, file))) continue;
    try {
      await download(url, join(runPath, file), signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error instanceof DownloadError
        ? new DownloadError(`Input ${input}: ${error.message}`, { cause: error })
        : error;
    }
  }
}

/** Starts the supervisor if nobody did, and ships the log until the outcome is written. */
async function follow(ports: RunPorts, folder: JobFolder, shipper: LogUploader, closing: AbortSignal): Promise<void> {
  const { clock } = ports;
  const name = folder.spec.name;
  let lostCheckAt = clock.now().getTime() + lostCheckMs;
  let left = launches;
  const watch = createSupervisorWatchdog(folder);
  let supervisor: Promise<void> | undefined;
  for (let waitMs = firstLookMs; !closing.aborted; waitMs *= 2) {
    const state = await readState(folder);
    if (state.exit !== undefined) return killRemains(folder, (ms) => waitFor(clock, ms, supervisor, closing), closing);
    waitMs = Math.min(waitMs, pace(clock.now(), state.started));
    if (state.started === undefined && supervisor === undefined) {
      if (left-- > 0) {
        supervisor = ports.launch(folder.path).finally(() => {
          supervisor = undefined;
          lostCheckAt = 0;
        });
      } else
        endUnstartedJob(
          folder,
          exitOf(clock, "Failed", { code: "supervisor_not_started", message: notStarted(folder) }),
        );
    }
    const now = clock.now();
    // A clock that is set back must not put the look off.
    if (now.getTime() >= lostCheckAt || now.getTime() < lostCheckAt - lostCheckMs) {
      lostCheckAt = now.getTime() + lostCheckMs;
      await watch.check(now);
    }
    await reportFailure(ports, name, () => shipper.upload(false));
    await waitFor(clock, waitMs, supervisor, closing);
  }
}

/**
 * How long to wait between two looks at the log. An append blob takes 50,000 blocks: at this pace a log that never rests takes
 * about 40,000 in 30 days, is half a second behind in the first 40 minutes, 2 s after 3 hours and 17 s after a day.
 */
function pace(now: Date, started: Started | undefined): number {
  const ageMs = started?.started_at === undefined ? 0 : now.getTime() - Date.parse(started.started_at);
  return Math.max(tickMs, ageMs / 5_000);
}

/** Ends after some time, or sooner when the supervisor does or the service closes. */
async function waitFor(
  clock: Clock,
  ms: number,
  supervisor: Promise<void> | undefined,
  closing: AbortSignal,
): Promise<void> {
  const done = new AbortController();
  await Promise.race([
    clock.sleep(ms, AbortSignal.any([closing, done.signal])),
    ...(supervisor === undefined ? [] : [supervisor]),
  ]);
  done.abort();
}

function notStarted({ path }: JobFolder): string {
  return `The process that watches the command could not be started; ${join(path, "supervisor.log")} may say why.`;
}

function exitOf(clock: Clock, status: Exit["status"], error?: Exit["error"]): Exit {
  return { status, finished_at: clock.now().toISOString(), ...defined({ error }) };
}
