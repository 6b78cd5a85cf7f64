import type { Backend, BackendJobRef } from "../../../shared/core/ports/backend-port.ts";
import type { Observation } from "../../../shared/core/records/messages.ts";
import { isTerminal } from "../../../shared/core/records/status.ts";
import { until } from "../../support/until.ts";

/** The current observation of a job. @throws Error for an unknown job. */
export async function observeJob(backend: Backend, job: BackendJobRef): Promise<Observation> {
  const [observed] = await backend.observe([job]);
  if (observed?.observation === undefined) throw new Error(`${job.name} is not known.`);
  return observed.observation;
}

/** Waits for an observation with this status. */
export function waitForStatus(backend: Backend, job: BackendJobRef, status: string): Promise<Observation> {
  return until(
    () => observeJob(backend, job),
    (seen) => seen.status === status,
  );
}

/** Waits for the final observation of a job. @param onSeen called with each observation. */
export function waitForEnd(
  backend: Backend,
  job: BackendJobRef,
  onSeen?: (observation: Observation) => void,
): Promise<Observation> {
  return until(
    () => observeJob(backend, job),
    (seen) => {
      onSeen?.(seen);
      return isTerminal(seen.status);
    },
  );
}
