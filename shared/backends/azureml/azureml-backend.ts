/** The Backend port on an Azure ML workspace. */

import { ServiceError } from "../../core/errors.ts";
import { type Backend, type BackendJobRef, BackendRefusal, type ObservedJob } from "../../core/ports/backend-port.ts";
import type { TokenCredential } from "../../core/ports/ports.ts";
import type { BundleStore, ContainerUploads } from "../../core/ports/storage-ports.ts";
import type { Observation } from "../../core/records/messages.ts";
import { isTerminal } from "../../core/records/status.ts";
import { invalidContinuation } from "../../core/text/continuation.ts";
import type { Clock } from "../../lib/clock.ts";
import { createIsAllowedStorageUrl } from "./http/allowed-storage-urls.ts";
import { createAzureMLClient } from "./http/azureml-client.ts";
import { AzureMLError } from "./http/azureml-error.ts";
import { type Workspace, workspaceId } from "./http/workspace.ts";
import { toChildPage } from "./runs/child-runs.ts";
import { asOutage, createJobReader } from "./runs/job-reader.ts";
import { createBatchObserver } from "./runs/observe-batch.ts";
import { observeMany } from "./runs/observe-many.ts";
import { readSignedLog } from "./runs/read-signed-log.ts";
import { signedLogUrls } from "./runs/run-details.ts";
import { createBuildJobBody } from "./submit/build-job-body.ts";
import { submit, toBackendRefusal } from "./submit/submit.ts";
import { createUnsupportedIssues } from "./submit/unsupported-issues.ts";

export interface AzureMLBackendOptions {
  readonly workspace: Workspace;
  readonly credential: TokenCredential;
  readonly clock: Clock;
  readonly bundles: BundleStore;
  readonly uploads: ContainerUploads;
  /** Where logs may be fetched from, and files uploaded to. @see createIsAllowedStorageUrl */
  readonly logHosts: readonly string[];
  /** What one call may take, retries included. */
  readonly timeoutMs: number;
  /** Asks about many jobs by one call, which is in no public description. */
  readonly batch?: boolean;
  /** How many jobs are asked about at once. */
  readonly concurrency?: number;
}

const defaultConcurrency = 16;

/** Runs jobs on Azure ML. Nothing is called before the first use. */
export function createAzureMLBackend(options: AzureMLBackendOptions): Backend {
  const { workspace, credential, clock, timeoutMs, concurrency = defaultConcurrency } = options;
  const client = createAzureMLClient(workspace, {
    credential,
    audience: workspace.audience,
    studioAudience: workspace.studioUrl,
    clock,
    timeoutMs,
  });
  const isLogHost = createIsAllowedStorageUrl(options.logHosts);
  const toBody = createBuildJobBody({
    client,
    workspace,
    bundles: options.bundles,
    uploads: options.uploads,
    isStorage: isLogHost,
  });
  const batch = options.batch === true ? createBatchObserver({ client, clock }) : undefined;
  const idOf = (name: string) => `${workspaceId(workspace)}/jobs/${name}`;
  const { runDetails: details, observe, find } = createJobReader({ client, clock, idOf, isLogHost });

  return {
    id: "azureml",
    logs: "signed",
    unsupported: createUnsupportedIssues(workspace),
    // A job that run history does not know is not looked for any further: the answer to the PUT tells.
    submit: (job, call = {}) => submit({ client, clock, toBody, idOf, find }, job, call),
    async observe(jobs, call = {}) {
      if (jobs.length === 0) return [];
      const probing = await client.isHalfOpen(call).catch(asOutage);
      const known = (await batch?.observeUnchanged(jobs, call).catch(asOutage)) ?? new Map<string, Observation>();
      const one = async (job: BackendJobRef): Promise<ObservedJob> => {
        const seen = { name: job.name, observation: known.get(job.name) ?? (await observe(job, call)) };
        if (!known.has(job.name)) batch?.cache(job, seen);
        return seen;
      };
      return observeMany(jobs, one, { concurrency, probeFirst: probing });
    },
    async update(
      job,
      { experiment_name, display_name, description, tags, removed_tags, properties, archived },
      call = {},
    ) {
      if (typeof (await details(job, call)) === "string") return;
      try {
        await client.patchRun(
          job.name,
          { displayName: display_name, description, tags, properties, hidden: archived },
          call,
        );
        if (removed_tags.length > 0) await client.deleteTags(experiment_name, job.name, removed_tags, call);
      } catch (error) {
        throw toBackendRefusal(error, `the edit of job ${job.name}`);
      }
    },
    async children(job, query, call = {}) {
      const found = await details(job, call);
      if (typeof found === "string") return undefined;
      const page = await client.childRuns(job.name, query, call).catch((error: unknown) => {
        // One that it gave, and does not know any more.
        if (query.continuation !== undefined && error instanceof AzureMLError && error.statusCode === 400)
          throw invalidContinuation(error);
        return asOutage(error);
      });
      return page && toChildPage(page);
    },
    async cancel(job, call = {}) {
      const before = await observe(job, call);
      if (before === undefined || isTerminal(before.status)) return;
      try {
        await client.cancelJob(job.name, call);
      } catch (error) {
        if (!(error instanceof AzureMLError)) throw error;
        // Azure ML refuses to cancel a job that has ended meanwhile, or that is about to.
        const after = await observe(job, call);
        if (after === undefined || isTerminal(after.status)) return;
        throw toBackendRefusal(error, `the cancel of job ${job.name}`);
      }
    },
    async logUrls(job, call = {}) {
      const askedAt = clock.now();
      const found = await details(job, call);
      return typeof found === "string" ? undefined : signedLogUrls(found, { askedAt, isLogHost });
    },
    readLog: (url, range, call = {}) => readSignedLog(url, isLogHost, range, { ...call, timeoutMs }),
    async purge(job, call = {}) {
      const seen = await observe(job, call);
      if (seen === undefined) return;
      if (!isTerminal(seen.status))
        throw new BackendRefusal("job_not_finished", `Job ${job.name} still runs; cancel it first.`);
      await client.deleteJob(job.name, call).catch((error: unknown) => {
        throw toBackendRefusal(error, `to delete job ${job.name}`);
      });
    },
    async ready(call = {}) {
      const found = await client.workspace(call).catch(asOutage);
      if (found === undefined)
        throw new ServiceError("unavailable", `There is no workspace ${workspaceId(workspace)}.`, {
          reason: "workspace_missing",
        });
    },
  };
}
