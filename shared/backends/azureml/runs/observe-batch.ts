/** Looks at many jobs with one call for fifty, and asks for the details of those alone that changed since this instance last did. */
import type { BackendJobRef, ObservedJob } from "../../../core/ports/backend-port.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import type { Observation } from "../../../core/records/messages.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { AzureMLClient } from "../http/azureml-client.ts";
import { AzureMLError } from "../http/azureml-error.ts";
import { isObject, type JsonObject, objectAt } from "../http/json.ts";
import { hasSubmissionId } from "./run-details.ts";

export interface BatchPorts {
  readonly client: AzureMLClient;
  readonly clock: Clock;
}

/** Gives what a batch answers by itself; the others are to be looked at one by one. */
export interface BatchObserver {
  observeUnchanged(jobs: readonly BackendJobRef[], options: CallOptions): Promise<ReadonlyMap<string, Observation>>;
  /** Keeps what a look said, for the next batch. */
  cache(job: BackendJobRef, seen: ObservedJob): void;
}

const batchSize = 50;
/** Logs may come without a new revision. */
const freshMs = 5 * 60_000;
const mostKept = 10_000;

interface Kept {
  readonly submission_id: string;
  readonly at: number;
  readonly observation: Observation;
}

export function createBatchObserver({ client, clock }: BatchPorts): BatchObserver {
  const kept = new Map<string, Kept>();
  // The call is in no public description, so a service without it is possible.
  let isThere = true;

  function unchanged(job: BackendJobRef, run: unknown, askedAt: Date): Observation | undefined {
    const last = kept.get(job.name);
    if (last?.submission_id !== job.submission_id || Math.abs(askedAt.getTime() - last.at) > freshMs || !isObject(run))
      return undefined;
    const { status, revision } = last.observation;
    if (
      !hasSubmissionId(run, job.submission_id) ||
      revision === undefined ||
      run.status !== status ||
      run.revision !== revision
    )
      return undefined;
    return { ...last.observation, observed_at: askedAt.toISOString() };
  }

  return {
    async observeUnchanged(jobs, options) {
      const found = new Map<string, Observation>();
      for (let at = 0; at < jobs.length && isThere; at += batchSize) {
        const some = jobs.slice(at, at + batchSize);
        const askedAt = clock.now();
        const answer = await client
          .batchRuns(
            some.map(({ name }) => name),
            options,
          )
          .catch((error: unknown): JsonObject => {
            if (!(error instanceof AzureMLError) || error.statusCode === 403) throw error;
            isThere = false;
            return {};
          });
        const results = objectAt(answer, "successfulResults");
        for (const job of some) {
          const observation = unchanged(job, objectAt(results, job.name).runMetadata, askedAt);
          if (observation !== undefined) found.set(job.name, observation);
        }
      }
      return found;
    },
    cache({ name, submission_id }, { observation }) {
      kept.delete(name);
      if (observation === undefined) return;
      kept.set(name, { submission_id, at: clock.now().getTime(), observation });
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    },
  };
}
