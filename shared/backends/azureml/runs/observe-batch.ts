/**
 * Observes up to 50 unchanged jobs with one call. Jobs that changed since the last observation are read one by one.
 */
import type { BackendJobRef, ObservedJob } from "../../../core/ports/backend-port.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import type { Observation } from "../../../core/records/messages.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { AzureMLClient } from "../http/azureml-client.ts";
import { AzureMLError } from "../http/azureml-error.ts";
import { isObject, type JsonObject, objectAt } from "../http/json.ts";
import { hasSubmissionId } from "./job-ownership.ts";

export interface BatchPorts {
  readonly client: AzureMLClient;
  readonly clock: Clock;
}

export interface BatchObserver {
  /** Job name -> observation, for jobs that did not change since the last observation. */
  observeUnchanged(jobs: readonly BackendJobRef[], options: CallOptions): Promise<ReadonlyMap<string, Observation>>;
  /** Caches the observation of a job, which the next batch is compared with. */
  cache(job: BackendJobRef, observed: ObservedJob): void;
}

const batchSize = 50;
/** Age after which an observation is not reused, because new logs may appear without a new revision. */
const maxAgeMs = 5 * 60_000;
const maxCached = 10_000;

interface CachedObservation {
  readonly submission_id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly observation: Observation;
}

export function createBatchObserver({ client, clock }: BatchPorts): BatchObserver {
  const cached = new Map<string, CachedObservation>();
  // The call is not documented, so a workspace may not support it.
  let isSupported = true;

  function unchangedObservation(job: BackendJobRef, run: unknown, requestedAt: Date): Observation | undefined {
    const last = cached.get(job.name);
    if (last?.submission_id !== job.submission_id || Math.abs(requestedAt.getTime() - last.at) > maxAgeMs)
      return undefined;
    if (!isObject(run) || !hasSubmissionId(run, job.submission_id)) return undefined;
    const { status, revision } = last.observation;
    const isUnchanged = revision !== undefined && run.status === status && run.revision === revision;
    return isUnchanged ? { ...last.observation, observed_at: requestedAt.toISOString() } : undefined;
  }

  /** Run history's data of some jobs; empty if the workspace does not support the call. */
  async function readBatch(jobs: readonly BackendJobRef[], options: CallOptions): Promise<JsonObject> {
    const names = jobs.map(({ name }) => name);
    try {
      return objectAt(await client.batchRuns(names, options), "successfulResults");
    } catch (error) {
      if (!(error instanceof AzureMLError) || error.statusCode === 403) throw error;
      isSupported = false;
      return {};
    }
  }

  return {
    async observeUnchanged(jobs, options) {
      const unchanged = new Map<string, Observation>();
      for (let start = 0; start < jobs.length && isSupported; start += batchSize) {
        const batch = jobs.slice(start, start + batchSize);
        const requestedAt = clock.now();
        const results = await readBatch(batch, options);
        for (const job of batch) {
          const observation = unchangedObservation(job, objectAt(results, job.name).runMetadata, requestedAt);
          if (observation !== undefined) unchanged.set(job.name, observation);
        }
      }
      return unchanged;
    },
    cache({ name, submission_id }, { observation }) {
      cached.delete(name);
      if (observation === undefined) return;
      cached.set(name, { submission_id, at: clock.now().getTime(), observation });
      const [oldest] = cached.keys();
      if (cached.size > maxCached && oldest !== undefined) cached.delete(oldest);
    },
  };
}
