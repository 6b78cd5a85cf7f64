import { isServiceError, type ServiceError } from "../../core/errors.ts";
import type { ObservedJob } from "../../core/ports/backend-port.ts";
import type { OpenJob } from "../../core/ports/open-jobs.ts";
import { isOutage } from "../../core/ports/outage.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { type PauseBackendPorts, pauseBackend } from "./pause-backend.ts";
import type { FailedCall } from "./send-cancels.ts";

/** Observations of some jobs, read from the backend. */
export interface Observations {
  readonly observed: ReadonlyMap<string, ObservedJob>;
  /** Jobs whose status could not be read, with the error. */
  readonly failed: readonly FailedCall[];
  /** The outage because of which the other jobs were not observed. */
  readonly outage?: ServiceError;
}

/** Reads the status of jobs from the backend. If it throttles, all instances pause their calls. */
export async function observeJobs(
  ports: PauseBackendPorts,
  rows: readonly OpenJob[],
  options: CallOptions,
): Promise<Observations> {
  const [first, second] = rows;
  if (first === undefined) return { observed: new Map(), failed: [] };
  try {
    const refs = rows.map(({ name, submission_id }) => ({ name, submission_id }));
    const observed = await ports.backend.observe(refs, options);
    return { observed: new Map(observed.map((job) => [job.name, job])), failed: [] };
  } catch (error) {
    if (isServiceError(error, "throttled")) await pauseBackend(ports, error, options);
    if (isOutage(error)) return { observed: new Map(), failed: [], outage: error };
    if (second === undefined) return { observed: new Map(), failed: [{ name: first.name, error }] };
    return observeHalves(ports, rows, options);
  }
}

/** Isolates the job whose status cannot be read, so that the other jobs are still observed. */
async function observeHalves(
  ports: PauseBackendPorts,
  rows: readonly OpenJob[],
  options: CallOptions,
): Promise<Observations> {
  const half = Math.ceil(rows.length / 2);
  const first = await observeJobs(ports, rows.slice(0, half), options);
  const second = await observeJobs(ports, rows.slice(half), options);
  return {
    ...first,
    ...second,
    observed: new Map([...first.observed, ...second.observed]),
    failed: [...first.failed, ...second.failed],
  };
}
