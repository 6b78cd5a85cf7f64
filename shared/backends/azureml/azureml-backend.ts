/** The Backend port on an Azure ML workspace. */
import { ServiceError } from "../../core/errors.ts";
import type { Backend, BackendJobRef, ChildPage, ChildQuery, ObservedJob } from "../../core/ports/backend-port.ts";
import type { CallOptions, TokenCredential } from "../../core/ports/ports.ts";
import type { BundleStore, ContainerUploads } from "../../core/ports/storage-ports.ts";
import type { Observation } from "../../core/records/messages.ts";
import { invalidContinuation } from "../../core/text/continuation.ts";
import type { Clock } from "../../lib/clock.ts";
import { createIsAllowedStorageUrl } from "./http/allowed-storage-urls.ts";
import { type AzureMLClient, createAzureMLClient } from "./http/azureml-client.ts";
import { AzureMLError } from "./http/azureml-error.ts";
import { throwOutage, toOutage } from "./http/translate-errors.ts";
import { type Workspace, workspaceId } from "./http/workspace.ts";
import { cancelJob, deleteJob, updateJob } from "./runs/change-job.ts";
import { toChildPage } from "./runs/child-runs.ts";
import { createJobReader, type JobReader } from "./runs/job-reader.ts";
import { type BatchObserver, createBatchObserver } from "./runs/observe-batch.ts";
import { observeMany } from "./runs/observe-many.ts";
import { readSignedLog } from "./runs/read-signed-log.ts";
import { signedLogUrls } from "./runs/signed-log-urls.ts";
import { createBuildJobBody } from "./submit/build-job-body.ts";
import { submit } from "./submit/submit.ts";
import { createUnsupportedIssues } from "./submit/unsupported-issues.ts";

export interface AzureMLBackendOptions {
  readonly workspace: Workspace;
  readonly credential: TokenCredential;
  readonly clock: Clock;
  readonly bundles: BundleStore;
  readonly uploads: ContainerUploads;
  /** Domains and origins that are allowed for log downloads and uploads. @see createIsAllowedStorageUrl */
  readonly logHosts: readonly string[];
  /** Time limit of one call, retries included. */
  readonly timeoutMs: number;
  /** Observes many jobs with one call, which Azure ML does not document. */
  readonly batch?: boolean;
  /** Number of jobs that are observed at once; 16 by default. */
  readonly concurrency?: number;
}

const defaultConcurrency = 16;

/** Runs jobs on Azure ML. Creating the backend makes no call. */
export function createAzureMLBackend(options: AzureMLBackendOptions): Backend {
  const { workspace, credential, clock, bundles, uploads, timeoutMs, concurrency = defaultConcurrency } = options;
  const { audience, studioUrl: studioAudience } = workspace;
  const client = createAzureMLClient(workspace, { credential, audience, studioAudience, clock, timeoutMs });
  const isAllowedUrl = createIsAllowedStorageUrl(options.logHosts);
  const buildBody = createBuildJobBody({ client, workspace, bundles, uploads, isAllowedUrl });
  const batch = options.batch === true ? createBatchObserver({ client, clock }) : undefined;
  const idOf = (name: string) => `${workspaceId(workspace)}/jobs/${name}`;
  const reader = createJobReader({ client, clock, idOf, isAllowedUrl });
  const ports = { client, reader };

  return {
    id: "azureml",
    logs: "signed",
    unsupported: createUnsupportedIssues(workspace),
    // An existing job is looked up in run history only: if run history does not have it yet, the PUT is rejected, and
    // the job is read from Azure Resource Manager.
    submit: (job, call = {}) => submit({ client, clock, buildBody, idOf, find: reader.find }, job, call),
    observe: (jobs, call = {}) => observe({ ...ports, batch, concurrency }, jobs, call),
    update: (job, metadata, call = {}) => updateJob(ports, job, metadata, call),
    children: (job, query, call = {}) => listChildren(ports, job, query, call),
    cancel: (job, call = {}) => cancelJob(ports, job, call),
    async logUrls(job, call = {}) {
      const requestedAt = clock.now();
      const details = await reader.runDetails(job, call);
      return typeof details === "string" ? undefined : signedLogUrls(details, { requestedAt, isAllowedUrl });
    },
    readLog: (url, range, call = {}) => readSignedLog(url, isAllowedUrl, range, { ...call, timeoutMs }),
    purge: (job, call = {}) => deleteJob(ports, job, call),
    async ready(call = {}) {
      if ((await client.workspace(call).catch(throwOutage)) !== undefined) return;
      const message = `There is no workspace ${workspaceId(workspace)}.`;
      throw new ServiceError("unavailable", message, { reason: "workspace_missing" });
    },
  };
}

interface ReadPorts {
  readonly client: AzureMLClient;
  readonly reader: JobReader;
}

interface ObservePorts extends ReadPorts {
  readonly batch: BatchObserver | undefined;
  readonly concurrency: number;
}

/** Observes jobs: unchanged ones in batches, if these are enabled, and the others one by one. */
async function observe(
  { client, reader, batch, concurrency }: ObservePorts,
  jobs: readonly BackendJobRef[],
  call: CallOptions,
): Promise<readonly ObservedJob[]> {
  if (jobs.length === 0) return [];
  const probeFirst = await client.isHalfOpen(call).catch(throwOutage);
  const unchanged = (await batch?.observeUnchanged(jobs, call).catch(throwOutage)) ?? new Map<string, Observation>();
  const observeJob = async (job: BackendJobRef): Promise<ObservedJob> => {
    const cachedObservation = unchanged.get(job.name);
    if (cachedObservation !== undefined) return { name: job.name, observation: cachedObservation };
    const observed = { name: job.name, observation: await reader.observe(job, call) };
    batch?.cache(job, observed);
    return observed;
  };
  return observeMany(jobs, observeJob, { concurrency, probeFirst });
}

/** @throws ServiceError `invalid_query` for a continuation that Azure ML no longer accepts. */
async function listChildren(
  { client, reader }: ReadPorts,
  job: BackendJobRef,
  query: ChildQuery,
  call: CallOptions,
): Promise<ChildPage | undefined> {
  if (typeof (await reader.runDetails(job, call)) === "string") return undefined;
  try {
    const page = await client.childRuns(job.name, query, call);
    return page && toChildPage(page);
  } catch (error) {
    const isRejected = error instanceof AzureMLError && error.statusCode === 400;
    throw query.continuation !== undefined && isRejected ? invalidContinuation(error) : toOutage(error);
  }
}
