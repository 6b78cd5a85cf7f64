import type { JobFolder } from "../process/job-folder.ts";
import { exists } from "../process/read-file.ts";
import { type ConfirmPorts, confirmShipped, endOrphan } from "../results/confirm-shipped.ts";
import { createLogShipper } from "../results/ship-log.ts";
import { type TendPorts, tendJob } from "./tend-job.ts";

/** The jobs that this service sees to. */
export interface TendedJobs {
  /** Sees to a job until it is over, unless that is under way. */
  tend(folder: JobFolder): void;
  /** Whether its inputs are being fetched. */
  isPreparing(folder: JobFolder): boolean;
  /** Tells whoever sees to the job that its end is wanted. */
  cancel(folder: JobFolder): void;
  /** Lets go of one job and waits for that; it runs on, until it is tended again. */
  release(folder: JobFolder): Promise<void>;
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

export function createTendedJobs(ports: TendPorts & ConfirmPorts): TendedJobs {
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
        ? endOrphan(ports, folder, () => canceled.abort(), AbortSignal.any([stop, ended.signal]))
        : Promise.resolve();
    const watching = watch.catch((error: unknown) => onError(error, folder.spec.name));
    await untilDone().finally(() => ended.abort());
    await watching;
  }

  return {
    tend(folder) {
      const { submission_id, name } = folder.spec;
      if (tended.has(submission_id) || closing.signal.aborted) return;
      const canceled = new AbortController();
      const released = new AbortController();
      const stop = AbortSignal.any([closing.signal, released.signal]);
      const signals = { closing: stop, canceled: canceled.signal, onPreparing: () => (entry.preparing = true) };
      const shipper = createLogShipper(ports.logs, folder, ports.maxLogBytes);
      // What goes wrong here (a full disk, say) is tried again.
      const untilDone = async () => {
        for (let waitMs = firstRetryMs; !stop.aborted; waitMs = Math.min(2 * waitMs, longestRetryMs)) {
          try {
            await tendJob(ports, folder, shipper, signals);
            await confirmShipped(ports, folder, shipper, stop);
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
    async release({ spec }) {
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
