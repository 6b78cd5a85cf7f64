/**
 * The calls of Azure ML that the app makes. Their JSON is passed through unchanged; readers pick the fields that they
 * use.
 */
import type { ChildQuery } from "../../../core/ports/backend-port.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import { defined } from "../../../lib/defined.ts";
import { AzureMLError } from "./azureml-error.ts";
import { createDataPlaneUrl } from "./data-plane-url.ts";
import { isObject, type JsonObject, nonEmptyText, objectAt } from "./json.ts";
import { type AzureMLCall, createSender, type SendOptions } from "./send.ts";
import { type Workspace, workspaceId } from "./workspace.ts";

export interface AzureMLClient {
  /** Creates a job and returns its resource. Not retried, because Azure ML rejects a second PUT of an existing job. */
  putJob(name: string, body: JsonObject, options?: CallOptions): Promise<JsonObject>;
  getJob(name: string, options?: CallOptions): Promise<JsonObject | undefined>;
  /** Requests the end of a job; the response only confirms the request. */
  cancelJob(name: string, options?: CallOptions): Promise<void>;
  deleteJob(name: string, options?: CallOptions): Promise<void>;
  /** Status, times, error and log files from run history, which is not limited like Azure Resource Manager. */
  runDetails(name: string, options?: CallOptions): Promise<JsonObject | undefined>;
  /** Status and times of many runs; `successfulResults` has no member for an unknown run. */
  batchRuns(names: readonly string[], options?: CallOptions): Promise<JsonObject>;
  /** One page of the child runs of a run. */
  childRuns(name: string, query: ChildQuery, options?: CallOptions): Promise<JsonObject | undefined>;
  patchRun(name: string, changes: JsonObject, options?: CallOptions): Promise<void>;
  deleteTags(experiment: string, name: string, tags: readonly string[], options?: CallOptions): Promise<void>;
  /** A resource by its path below the workspace, e.g. `environments/train`; undefined if it does not exist. */
  get(path: string, query?: Readonly<Record<string, string>>, options?: CallOptions): Promise<JsonObject | undefined>;
  put(path: string, body: JsonObject, options?: CallOptions): Promise<JsonObject>;
  post(path: string, body: JsonObject, options?: CallOptions): Promise<JsonObject>;
  /** The resource of the workspace; undefined if it does not exist. */
  workspace(options?: CallOptions): Promise<JsonObject | undefined>;
  /** True if the data plane throttled calls, and none has succeeded since. @see CircuitBreaker */
  isHalfOpen(options?: CallOptions): Promise<boolean>;
}

/** Page size of the SDK. */
const maxChildrenPerPage = 100;
/** Azure ML takes 0.4 to 3.3 seconds to create a job, so calls that write have a longer time limit. */
const writeTimeoutFactor = 3;
/** The definition of a job contains a whole pipeline, which may have thousands of steps. */
const maxDefinitionBytes = 8 * 1024 * 1024;

export function createAzureMLClient(workspace: Workspace, options: SendOptions): AzureMLClient {
  const { send, breaker } = createSender(options);
  const dataPlane = createDataPlaneUrl(send, workspace);
  const armUrl = (path: string, query: Readonly<Record<string, string>> = {}) => {
    const search = new URLSearchParams({ ...query, "api-version": workspace.apiVersion });
    return `${workspace.armUrl}${workspaceId(workspace)}${path === "" ? "" : `/${path}`}?${search}`;
  };
  const historyUrl = async (path: string, call: CallOptions) =>
    `${await dataPlane(call)}/history/v1.0${workspaceId(workspace)}/${path}`;
  const job = (name: string) => `jobs/${encodeURIComponent(name)}`;
  const run = (name: string) => `runs/${encodeURIComponent(name)}`;

  async function read(call: Omit<AzureMLCall, "method">): Promise<JsonObject | undefined> {
    try {
      return asObject((await send({ ...call, method: "GET" })).body);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
  async function write(call: AzureMLCall): Promise<JsonObject> {
    return asObject((await send({ timeoutFactor: writeTimeoutFactor, ...call })).body);
  }

  return {
    putJob: (name, body, call) =>
      write({
        ...call,
        action: `create job ${name}`,
        method: "PUT",
        url: armUrl(job(name)),
        body,
        maxTries: 1,
        maxBytes: maxDefinitionBytes,
        onBehalfOfUser: needsUserToken(body),
      }),
    getJob: (name, call) =>
      read({ ...call, action: `read job ${name}`, url: armUrl(job(name)), maxBytes: maxDefinitionBytes }),
    async cancelJob(name, call) {
      const url = armUrl(`${job(name)}/cancel`);
      await write({ ...call, action: `cancel job ${name}`, method: "POST", url, maxTries: 1 });
    },
    async deleteJob(name, call) {
      const deletion = { ...call, action: `delete job ${name}`, method: "DELETE", url: armUrl(job(name)) } as const;
      await write(deletion).catch(ignoreNotFound);
    },
    runDetails: async (name, call = {}) =>
      read({ ...call, action: `read run ${name}`, url: await historyUrl(`${run(name)}/details`, call) }),
    async batchRuns(names, call = {}) {
      const requests = Object.fromEntries(names.map((name) => [name, { runId: name, selectRunMetadata: true }]));
      const { body } = await send({
        ...call,
        action: `read ${names.length} runs`,
        method: "POST",
        url: await historyUrl("batchrundata", call),
        body: { requests },
        maxBytes: maxDefinitionBytes,
      });
      return asObject(body);
    },
    async childRuns(name, { limit, continuation }, call = {}) {
      const top = String(Math.min(limit, maxChildrenPerPage));
      const page = new URLSearchParams({ $top: top, ...defined({ $continuationtoken: continuation }) });
      const url = `${await historyUrl(`${run(name)}/children`, call)}?${page}`;
      return read({ ...call, action: `read the children of run ${name}`, url });
    },
    async patchRun(name, changes, call = {}) {
      const url = await historyUrl(run(name), call);
      await write({ ...call, action: `change run ${name}`, method: "PATCH", url, body: changes });
    },
    async deleteTags(experiment, name, tags, call = {}) {
      const url = await historyUrl(`experiments/${encodeURIComponent(experiment)}/${run(name)}/tags`, call);
      const body = { tagsToModify: {}, tagsToDelete: tags };
      await write({ ...call, action: `delete tags of run ${name}`, method: "PATCH", url, body });
    },
    get: (path, query, call) =>
      read({ ...call, action: `read ${path}`, url: armUrl(path, query), maxBytes: maxDefinitionBytes }),
    put: (path, body, call) => write({ ...call, action: `write ${path}`, method: "PUT", url: armUrl(path), body }),
    post: (path, body, call) => write({ ...call, action: `call ${path}`, method: "POST", url: armUrl(path), body }),
    workspace: (call) => read({ ...call, action: `read workspace ${workspace.name}`, url: armUrl("") }),
    isHalfOpen: async (call = {}) => breaker(await dataPlane(call)).isHalfOpen,
  };
}

function asObject(body: unknown): JsonObject {
  return isObject(body) ? body : {};
}

/**
 * Whether the SDK sends its second token with a job.
 * @see _set_headers_with_user_aml_token in azure/ai/ml/operations/_job_operations.py
 */
function needsUserToken(body: JsonObject): boolean {
  const { jobType, identity } = objectAt(body, "properties");
  return jobType === "Pipeline" || objectAt({ identity }, "identity").identityType === "UserIdentity";
}

/** Codes of a 404 for a missing parent, e.g. the workspace: the requested resource itself may exist. */
const missingParent =
  /^(ResourceGroupNotFound|SubscriptionNotFound|InvalidSubscriptionId|ParentResourceNotFound|WorkspaceNotFound)$/i;

function isNotFound(error: unknown): boolean {
  if (!(error instanceof AzureMLError) || error.statusCode !== 404) return false;
  const isWorkspace = error.code === "ResourceNotFound" && /workspaces\/[\w-]+'/.test(nonEmptyText(error.reason) ?? "");
  return !isWorkspace && !error.codes.some((code) => missingParent.test(code));
}

function ignoreNotFound(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
