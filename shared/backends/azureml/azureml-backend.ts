/** The Backend port on an Azure ML workspace. */
import { type Backend, type BackendJobRef, BackendRefusal, type Observed } from "../../core/backend-port.ts";
import { invalidContinuation } from "../../core/continuation.ts";
import { ServiceError } from "../../core/errors.ts";
import type { Observation } from "../../core/messages.ts";
import type { CallOptions, Clock } from "../../core/ports.ts";
import { isTerminal } from "../../core/status.ts";
import type { BundleStore, ContainerUploads } from "../../core/storage-ports.ts";
import { AzureMLRefusal } from "./azureml-refusal.ts";
import { childPageOf } from "./child-runs.ts";
import { createAzureMLClient } from "./client.ts";
import { isObject, type JsonObject } from "./json.ts";
import { createIsLogHost } from "./log-hosts.ts";
import { createBatchObserver } from "./observe-batch.ts";
import { observeMany } from "./observe-many.ts";
import { readSignedLog } from "./read-log.ts";
import { isStamped, observationOf, observationOfJob, signedUrlsOf } from "./run-details.ts";
import { asRefusal, checkReadable, nameTaken, submit } from "./submit.ts";
import { createToBody } from "./to-body.ts";
import type { TokenCredential } from "./tokens.ts";
import { unsupportedBy } from "./unsupported.ts";
import { type Workspace, workspaceId } from "./workspace.ts";

export interface AzureMLBackendOptions {
  readonly workspace: Workspace;
  readonly credential: TokenCredential;
  readonly clock: Clock;
  readonly bundles: BundleStore;
  readonly uploads: ContainerUploads;
  /** Where logs may be fetched from, and files uploaded to. @see createIsLogHost */
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
  const client = createAzureMLClient(workspace, { credential, audience: workspace.audience, studioAudience: workspace.studioUrl, clock, timeoutMs });
  const isLogHost = createIsLogHost(options.logHosts);
  const toBody = createToBody({ client, workspace, bundles: options.bundles, uploads: options.uploads, isStorage: isLogHost });
  const batch = options.batch === true ? createBatchObserver({ client, clock }) : undefined;
  const idOf = (name: string) => `${workspaceId(workspace)}/jobs/${name}`;

  /** The details of a job of ours. */
  async function detailsOf({ name, submission_id }: BackendJobRef, call: CallOptions): Promise<JsonObject | "unknown" | "foreign"> {
    const details = await client.runDetails(name, call);
    // Half an answer does not make the job somebody else's.
    if (details === undefined || !isObject(details.properties)) return "unknown";
    return isStamped(details, submission_id) ? details : "foreign";
  }

  /** What run history says; where it does not know the job, what Azure Resource Manager says, which knows it first. */
  async function look(job: BackendJobRef, call: CallOptions): Promise<Observation | "foreign" | undefined> {
    const askedAt = clock.now();
    const details = await detailsOf(job, call);
    if (details === "foreign") return details;
    const observation = details === "unknown" ? undefined : observationOf(details, { id: idOf(job.name), askedAt, isLogHost });
    if (observation !== undefined) return observation;
    const resource = await client.getJob(job.name, call);
    if (resource === undefined) return undefined;
    checkReadable(resource, job.name);
    return isStamped(resource.properties, job.submission_id) ? observationOfJob(resource, { id: idOf(job.name), askedAt }) : "foreign";
  }

  async function observe(job: BackendJobRef, call: CallOptions): Promise<Observation | undefined> {
    const seen = await look(job, call).catch(asOutage);
    return seen === "foreign" ? undefined : seen;
  }

  return {
    id: "azureml",
    logs: "signed",
    unsupported: unsupportedBy(workspace),
    async submit(job, call = {}) {
      // A job that run history does not know is not looked for any further: the answer to the PUT tells.
      const find = async () => {
        const askedAt = clock.now();
        const details = await detailsOf(job, call).catch(asOutage);
        if (details === "foreign") throw nameTaken(job.name);
        return details === "unknown" ? undefined : observationOf(details, { id: idOf(job.name), askedAt, isLogHost });
      };
      return submit({ client, clock, toBody, idOf, find }, job, call);
    },
    async observe(jobs, call = {}) {
      if (jobs.length === 0) return [];
      const probing = await client.probing(call).catch(asOutage);
      const known = (await batch?.ask(jobs, call).catch(asOutage)) ?? new Map<string, Observation>();
      const one = async (job: BackendJobRef): Promise<Observed> => {
        const seen = { name: job.name, observation: known.get(job.name) ?? (await observe(job, call)) };
        if (!known.has(job.name)) batch?.keep(job, seen);
        return seen;
      };
      return observeMany(jobs, one, { concurrency, probing });
    },
    async update(job, { experiment_name, display_name, description, tags, removed_tags, properties, archived }, call = {}) {
      if (typeof (await detailsOf(job, call).catch(asOutage)) === "string") return;
      try {
        await client.patchRun(job.name, { displayName: display_name, description, tags, properties, hidden: archived }, call);
        if (removed_tags.length > 0) await client.deleteTags(experiment_name, job.name, removed_tags, call);
      } catch (error) {
        throw asRefusal(error, `the edit of job ${job.name}`);
      }
    },
    async children(job, continuation, call = {}) {
      const details = await detailsOf(job, call).catch(asOutage);
      if (typeof details === "string") return undefined;
      const page = await client.childRuns(job.name, continuation, call).catch((error: unknown) => {
        // One that it gave, and does not know any more.
        if (continuation !== undefined && error instanceof AzureMLRefusal && error.statusCode === 400) throw invalidContinuation(error);
        return asOutage(error);
      });
      return page && childPageOf(page);
    },
    async cancel(job, call = {}) {
      const before = await observe(job, call);
      if (before === undefined || isTerminal(before.status)) return;
      try {
        await client.cancelJob(job.name, call);
      } catch (error) {
        if (!(error instanceof AzureMLRefusal)) throw error;
        // Azure ML refuses to cancel a job that has ended meanwhile, or that is about to.
        const after = await observe(job, call);
        if (after === undefined || isTerminal(after.status)) return;
        throw asRefusal(error, `the cancel of job ${job.name}`);
      }
    },
    async logUrls(job, call = {}) {
      const askedAt = clock.now();
      const details = await detailsOf(job, call).catch(asOutage);
      return typeof details === "string" ? undefined : signedUrlsOf(details, { askedAt, isLogHost });
    },
    readLog: (url, range, call = {}) => readSignedLog(url, isLogHost, range, { ...call, timeoutMs }),
    async forget(job, call = {}) {
      const seen = await observe(job, call);
      if (seen === undefined) return;
      if (!isTerminal(seen.status)) throw new BackendRefusal("job_not_finished", `Job ${job.name} still runs; cancel it first.`);
      await client.deleteJob(job.name, call).catch((error: unknown) => {
        throw asRefusal(error, `to delete job ${job.name}`);
      });
    },
    async ready(call = {}) {
      const found = await client.workspace(call);
      if (found === undefined) throw new ServiceError("unavailable", `There is no workspace ${workspaceId(workspace)}.`);
    },
  };
}

/** What refuses a look refuses the service, not the job: it may be mended, and the job is asked about again. */
function asOutage(error: unknown): never {
  if (!(error instanceof AzureMLRefusal)) throw error;
  const hint = error.statusCode === 403 ? " The app's identity needs the role AzureML Data Scientist on the workspace." : "";
  throw new ServiceError("unavailable", `${error.message}${hint}`, { cause: error });
}
