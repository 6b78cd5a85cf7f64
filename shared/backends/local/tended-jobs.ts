import type { JobFolder } from "./job-folder.ts";
import { exists } from "./read-file.ts";
import { type TendPorts, tendJob } from "./tend-job.ts";

/** The jobs that this service sees to. */
export interface TendedJobs {
  /** Sees to a job until it is over, unless that is under way. */
  tend(folder: JobFolder): void;
  /** Whether its inputs are being fetched. */
  isPreparing(folder: JobFolder): boolean;
  /** Tells whoever sees to the job that its end is wanted. */
  cancel(folder: JobFolder): void;
  /** Lets go of all of them; they run on. */
  close(): Promise<void>;
}

interface Tended {
  readonly canceled: AbortController;
  readonly done: Promise<void>;
  preparing: boolean;
}

const retryMs = 5_000;

export function createTendedJobs(ports: TendPorts): TendedJobs {
  const { clock, onError } = ports;
  const closing = new AbortController();
  /** By `submission_id`. */
  const tended = new Map<string, Tended>();

  return {
    tend(folder) {
      const { submission_id, name } = folder.spec;
      if (tended.has(submission_id) || closing.signal.aborted) return;
      const canceled = new AbortController();
      const signals = { closing: closing.signal, canceled: canceled.signal, onPreparing: () => (entry.preparing = true) };
      // What goes wrong here (a full disk, say) is tried again.
      const untilDone = async () => {
        for (;;) {
          try {
            await tendJob(ports, folder, signals);
            return;
          } catch (error) {
            if (closing.signal.aborted || !(await exists(folder.path))) return;
            onError(error, name);
            await clock.sleep(retryMs, closing.signal);
          }
        }
      };
      const entry: Tended = { canceled, preparing: false, done: untilDone().finally(() => tended.delete(submission_id)) };
      tended.set(submission_id, entry);
    },
    isPreparing: ({ spec }) => tended.get(spec.submission_id)?.preparing === true,
    cancel: ({ spec }) => tended.get(spec.submission_id)?.canceled.abort(),
    async close() {
      closing.abort();
      await Promise.all([...tended.values()].map(({ done }) => done));
    },
  };
}
