import { pathExists } from "../../../lib/path-exists.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { cancelOrphan } from "../results/cancel-orphan.ts";
import { createLogUploader } from "../results/upload-log.ts";
import { type VerifyPorts, verifyUploads } from "../results/verify-uploads.ts";
import { type RunPorts, runJob } from "./run-job.ts";
import type { RunSignals } from "./run-signals.ts";

/** The jobs that this process prepares, monitors and finishes. Their commands keep running when the service stops. */
export interface ActiveJobs {
  /** Runs a job in the background until its uploads are verified; does nothing if that is in progress. */
  manage(folder: JobFolder): void;
  /** Whether the inputs of a job are being downloaded. */
  isPreparing(folder: JobFolder): boolean;
  /** Cancels a job whose command has not started. @see requestCancel for its supervisor */
  cancel(folder: JobFolder): void;
  /** Stops managing one job; resolves when that has stopped. Its command keeps running. */
  detach(folder: JobFolder): Promise<void>;
  /** Stops managing all jobs. */
  close(): Promise<void>;
}

interface ActiveJob {
  readonly canceled: AbortController;
  readonly detached: AbortController;
  readonly finished: Promise<void>;
  isPreparing: boolean;
}

const firstRetryMs = 5_000;
const maxRetryMs = 60_000;

type ActivePorts = RunPorts & VerifyPorts;

export function createActiveJobs(ports: ActivePorts): ActiveJobs {
  const closing = new AbortController();
  /** By `submission_id`. */
  const active = new Map<string, ActiveJob>();

  return {
    manage(folder) {
      const { submission_id } = folder.spec;
      if (active.has(submission_id) || closing.signal.aborted) return;
      const [canceled, detached] = [new AbortController(), new AbortController()];
      const signal = AbortSignal.any([closing.signal, detached.signal]);
      const onPreparing = () => {
        job.isPreparing = true;
      };
      const run = runWithRetries(ports, folder, { detached: signal, canceled: canceled.signal, onPreparing });
      const finished = withOrphanCheck(ports, folder, canceled, signal, run).finally(() =>
        active.delete(submission_id),
      );
      const job: ActiveJob = { canceled, detached, isPreparing: false, finished };
      active.set(submission_id, job);
    },
    isPreparing: ({ spec }) => active.get(spec.submission_id)?.isPreparing === true,
    cancel: ({ spec }) => active.get(spec.submission_id)?.canceled.abort(),
    async detach({ spec }) {
      const job = active.get(spec.submission_id);
      job?.detached.abort();
      await job?.finished;
    },
    async close() {
      closing.abort();
      await Promise.all([...active.values()].map(({ finished }) => finished));
    },
  };
}

/** Runs a job and verifies its uploads. Errors, such as a full disk, are retried. */
async function runWithRetries(ports: ActivePorts, folder: JobFolder, signals: RunSignals): Promise<void> {
  const { detached } = signals;
  const uploader = createLogUploader(ports.logs, folder, ports.maxLogBytes);
  for (let waitMs = firstRetryMs; !detached.aborted; waitMs = Math.min(2 * waitMs, maxRetryMs)) {
    try {
      await runJob(ports, folder, uploader, signals);
      await verifyUploads(ports, folder, uploader, detached);
      return;
    } catch (error) {
      if (detached.aborted || !(await pathExists(folder.path))) return;
      ports.onError(error, folder.spec.name);
      await ports.clock.sleep(waitMs, detached);
    }
  }
}

/** Waits for `run`, and cancels the job meanwhile if it has no record. */
async function withOrphanCheck(
  ports: ActivePorts,
  folder: JobFolder,
  canceled: AbortController,
  signal: AbortSignal,
  run: Promise<void>,
): Promise<void> {
  // 0 is used for storage that loses no records.
  if (ports.keepCopiesMs === 0) return run;
  const ended = new AbortController();
  const check = cancelOrphan(ports, folder, () => canceled.abort(), AbortSignal.any([signal, ended.signal])).catch(
    (error: unknown) => ports.onError(error, folder.spec.name),
  );
  await run.finally(() => ended.abort());
  await check;
}
