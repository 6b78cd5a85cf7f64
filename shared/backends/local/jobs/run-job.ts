import type { Semaphore } from "../../../lib/semaphore.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { readState } from "../folder/job-state.ts";
import { type FinishPorts, finishJob } from "../results/finish-job.ts";
import type { LogUploader } from "../results/upload-log.ts";
import { type MonitorPorts, monitorJob } from "./monitor-job.ts";
import { type PreparePorts, prepareJob } from "./prepare-job.ts";
import type { RunSignals } from "./run-signals.ts";

export interface RunPorts extends PreparePorts, MonitorPorts, FinishPorts {
  /** Limits how many jobs run at once. */
  readonly slots: Semaphore;
}

/**
 * Runs a job until its final outcome is written, or until it is detached. Each step continues from the files of the job
 * folder, so that a service can resume a job of a service that was killed.
 */
export async function runJob(
  ports: RunPorts,
  folder: JobFolder,
  uploader: LogUploader,
  signals: RunSignals,
): Promise<void> {
  const { detached } = signals;
  const release = await acquireSlot(ports.slots, folder, signals);
  try {
    await prepareJob(ports, folder, signals);
    await monitorJob(ports, folder, uploader, detached);
  } finally {
    release?.();
  }
  if (!detached.aborted) await finishJob(ports, folder, uploader, detached);
}

/** Waits for a slot, unless the job runs already, has ended, or was canceled before this service started. */
async function acquireSlot(
  slots: Semaphore,
  folder: JobFolder,
  { detached, canceled }: RunSignals,
): Promise<(() => void) | undefined> {
  const { started, exit, cancelRequested } = await readState(folder);
  if (exit !== undefined) return undefined;
  if (started !== undefined) return slots.acquireNow();
  return cancelRequested ? undefined : slots.acquire(AbortSignal.any([detached, canceled]));
}
