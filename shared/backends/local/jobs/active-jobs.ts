import type { JobFolder } from "../folder/job-folder.ts";
import { exists } from "../folder/read-json.ts";
import { createLogUploader } from "../results/upload-log.ts";
import { cancelOrphan, type VerifyPorts, verifyUploads } from "../results/verify-uploads.ts";
import { type RunPorts, runJob } from "./run-job.ts";

/** The jobs that this service sees to. */
export interface ActiveJobs {
  /** Sees to a job until it is over, unless that is under way. */
  ensureRunning(folder: JobFolder): void;
  /** Whether its inputs are being fetched. */
  isPreparing(folder: JobFolder): boolean;
  /** Tells whoever sees to the job that its end is wanted. */
  cancel(folder: JobFolder): void;
  /** Lets go of one job and waits for that; it runs on, until it is tended again. */
  detach(folder: JobFolder): Promise<void>;
  /** Lets go of all of them; they run on. */
  close(): Promise<void>;
}

interface Tended {
  readonly canceled: AbortController;
  readonly released: AbortController;
  readonly done: Promise<void>;
  preparing: boolean;
}

const firstRetryMs = 5_000;
const longestRetryMs = 60_000;

export function createActiveJobs(ports: RunPorts & VerifyPorts): ActiveJobs {
  const { clock, onError } = ports;
  const closing = new AbortController();
  /** By `submission_id`. */
  const tended = new Map<string, Tended>();

  /** Beside the job's own course: whether callers can still find it. */
  async function watched(
    untilDone: () => Promise<void>,
    folder: JobFolder,
    canceled: AbortController,
    stop: AbortSignal,
  ): Promise<void> {
    const ended = new AbortController();
    const watch =
      ports.keepCopiesMs > 0
        ? cancelOrphan(ports, folder, () => canceled.abort(), AbortSignal.any([stop, ended.signal]))
        : Promise.resolve();
    const watching = watch.catch((error: unknown) => onError(error, folder.spec.name));
    await untilDone().finally(() => ended.abort());
    await watching;
  }

  return {
    ensureRunning(folder) {
      const { submission_id, name } = folder.spec;
      if (tended.has(submission_id) || closing.signal.aborted) return;
      const canceled = new AbortController();
      const released = new AbortController();
      const stop = AbortSignal.any([closing.signal, released.signal]);
      const signals = { closing: stop, canceled: canceled.signal, onPreparing: () => (entry.preparing = true) };
      const shipper = createLogUploader(ports.logs, folder, ports.maxLogBytes);
      // What goes wrong here (a full disk, say) is tried again.
      const untilDone = async () => {
        for (let waitMs = firstRetryMs; !stop.aborted; waitMs = Math.min(2 * waitMs, longestRetryMs)) {
          try {
            await runJob(ports, folder, shipper, signals);
            await verifyUploads(ports, folder, shipper, stop);
            return;
          } catch (error) {
            if (stop.aborted || !(await exists(folder.path))) return;
            onError(error, name);
            await clock.sleep(waitMs, stop);
          }
        }
      };
      const entry: Tended = {
        canceled,
        released,
        preparing: false,
        done: watched(untilDone, folder, canceled, stop).finally(() => tended.delete(submission_id)),
      };
      tended.set(submission_id, entry);
    },
    isPreparing: ({ spec }) => tended.get(spec.submission_id)?.preparing === true,
    cancel: ({ spec }) => tended.get(spec.submission_id)?.canceled.abort(),
    async detach({ spec }) {
      const entry = tended.get(spec.submission_id);
      entry?.released.abort();
      await entry?.done;
    },
    async close() {
      closing.abort();
      await Promise.all([...tended.values()].map(({ done }) => done));
    },
  };
}
