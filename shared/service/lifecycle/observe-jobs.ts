import { isServiceError, type ServiceError } from "../../core/errors.ts";
import type { ObservedJob } from "../../core/ports/backend-port.ts";
import type { OpenJob } from "../../core/ports/open-jobs.ts";
import { isOutage } from "../../core/ports/outage.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { type PauseBackendPorts, pauseBackend } from "./pause-backend.ts";
import type { FailedCall } from "./send-cancels.ts";

/** Answers of the backend about some jobs. */
export interface Observations {
  readonly answers: ReadonlyMap<string, ObservedJob>;
  /** Jobs whose status could not be read, with the error. */
  readonly failed: readonly FailedCall[];
  /** The outage that left the other jobs without an answer. */
  readonly outage?: ServiceError;
}

/** Asks the backend for the status of jobs. If it throttles, all instances pause their calls. */
export async function observeJobs(
  ports: PauseBackendPorts,
  rows: readonly OpenJob[],
  options: CallOptions,
): Promise<Observations> {
  const [first, second] = rows;
  if (first === undefined) return { answers: new Map(), failed: [] };
  try {
    const refs = rows.map(({ name, submission_id }) => ({ name, submission_id }));
    const observed = await ports.backend.observe(refs, options);
    return { answers: new Map(observed.map((answer) => [answer.name, answer])), failed: [] };
  } catch (error) {
    if (isServiceError(error, "throttled")) await pauseBackend(ports, error, options);
    if (isOutage(error)) return { answers: new Map(), failed: [], outage: error };
    if (second === undefined) return { answers: new Map(), failed: [{ name: first.name, error }] };
    return observeHalves(ports, rows, options);
  }
}

/** Finds the job whose status cannot be read, so that it does not hide the others. */
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
    answers: new Map([...first.answers, ...second.answers]),
    failed: [...first.failed, ...second.failed],
  };
}
