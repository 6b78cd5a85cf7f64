import { pathExists } from "../../../lib/path-exists.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { cancelOrphan } from "../results/cancel-orphan.ts";
import { createLogUploader } from "../results/upload-log.ts";
import { type VerifyPorts, verifyUploads } from "../results/verify-uploads.ts";
import { type RunPorts, runJob } from "./run-job.ts";

/** The jobs that this service manages. Their commands keep running when the service stops. */
export interface ActiveJobs {
  /** Manages a job until its uploads are verified; does nothing if it is managed already. */
  manage(folder: JobFolder): void;
  /** Whether the inputs of a job are being downloaded. */
  isPreparing(folder: JobFolder): boolean;
  /** Cancels a job that waits or is prepared. @see requestCancel for its supervisor */
  cancel(folder: JobFolder): void;
  /** Stops the management of one job, and waits until it has stopped. */
  detach(folder: JobFolder): Promise<void>;
  /** Stops the management of all jobs. */
  close(): Promise<void>;
}

interface ActiveJob {
  readonly canceled: AbortController;
  readonly detached: AbortController;
  readonly done: Promise<void>;
  isPreparing: boolean;
}

const firstRetryMs = 5_000;
const maxRetryMs = 60_000;

export function createActiveJobs(ports: RunPorts & VerifyPorts): ActiveJobs {
  const { clock, onError } = ports;
  const closing = new AbortController();
  /** By `submission_id`. */
  const active = new Map<string, ActiveJob>();

  /** Runs a job and verifies its uploads. Errors, such as a full disk, are retried. */
  async function runWithRetries(
    folder: JobFolder,
    canceled: AbortSignal,
    onPreparing: () => void,
    signal: AbortSignal,
  ): Promise<void> {
    const uploader = createLogUploader(ports.logs, folder, ports.maxLogBytes);
    for (let waitMs = firstRetryMs; !signal.aborted; waitMs = Math.min(2 * waitMs, maxRetryMs)) {
      try {
        await runJob(ports, folder, uploader, { detached: signal, canceled, onPreparing });
        await verifyUploads(ports, folder, uploader, signal);
        return;
      } catch (error) {
        if (signal.aborted || !(await pathExists(folder.path))) return;
        onError(error, folder.spec.name);
        await clock.sleep(waitMs, signal);
      }
    }
  }

  /** Cancels a job without a record while `run` is under way. */
  async function withOrphanCheck(
    folder: JobFolder,
    canceled: AbortController,
    signal: AbortSignal,
    run: Promise<void>,
  ): Promise<void> {
    if (ports.keepCopiesMs === 0) return run;
    const ended = new AbortController();
    const check = cancelOrphan(ports, folder, () => canceled.abort(), AbortSignal.any([signal, ended.signal])).catch(
      (error: unknown) => onError(error, folder.spec.name),
    );
    await run.finally(() => ended.abort());
    await check;
  }

  return {
    manage(folder) {
      const { submission_id } = folder.spec;
      if (active.has(submission_id) || closing.signal.aborted) return;
      const [canceled, detached] = [new AbortController(), new AbortController()];
      const signal = AbortSignal.any([closing.signal, detached.signal]);
      const onPreparing = () => {
        job.isPreparing = true;
      };
      const run = runWithRetries(folder, canceled.signal, onPreparing, signal);
      const done = withOrphanCheck(folder, canceled, signal, run).finally(() => active.delete(submission_id));
      const job: ActiveJob = { canceled, detached, isPreparing: false, done };
      active.set(submission_id, job);
    },
    isPreparing: ({ spec }) => active.get(spec.submission_id)?.isPreparing === true,
    cancel: ({ spec }) => active.get(spec.submission_id)?.canceled.abort(),
    async detach({ spec }) {
      const job = active.get(spec.submission_id);
      job?.detached.abort();
      await job?.done;
    },
    async close() {
      closing.abort();
      await Promise.all([...active.values()].map(({ done }) => done));
    },
  };
}
