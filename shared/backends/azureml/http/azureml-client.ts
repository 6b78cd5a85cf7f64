/** The calls of Azure ML that the service makes: thin, typed by what is read of them, JSON passed through untouched. */
import type { ChildQuery } from "../../../core/ports/backend-port.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import { defined } from "../../../lib/defined.ts";
import { AzureMLError } from "./azureml-error.ts";
import { createDataPlaneUrl } from "./data-plane-url.ts";
import { isObject, type JsonObject, nonEmptyText, objectAt } from "./json.ts";
import { createSender, type SendOptions } from "./send.ts";
import { type Workspace, workspaceId } from "./workspace.ts";

export interface AzureMLClient {
  /** The job as the service took it. Never repeated by itself: a second PUT of a job that is there is refused. */
  putJob(name: string, body: JsonObject, options?: CallOptions): Promise<JsonObject>;
  getJob(name: string, options?: CallOptions): Promise<JsonObject | undefined>;
  /** Asks for the end; what it answers is only that it was asked. */
  cancelJob(name: string, options?: CallOptions): Promise<void>;
  deleteJob(name: string, options?: CallOptions): Promise<void>;
  /** Status, times, error and log files, without spending a read of Azure Resource Manager. */
  runDetails(name: string, options?: CallOptions): Promise<JsonObject | undefined>;
  /** Status and times of many runs; what it does not know is not among the `successfulResults`. */
  batchRuns(names: readonly string[], options?: CallOptions): Promise<JsonObject>;
  /** One page of the runs below a run. */
  childRuns(name: string, query: ChildQuery, options?: CallOptions): Promise<JsonObject | undefined>;
  patchRun(name: string, changes: JsonObject, options?: CallOptions): Promise<void>;
  deleteTags(experiment: string, name: string, tags: readonly string[], options?: CallOptions): Promise<void>;
  /** Something of the workspace by its path below it, e.g. `environments/train`; undefined when it is not there. */
  get(path: string, query?: Readonly<Record<string, string>>, options?: CallOptions): Promise<JsonObject | undefined>;
  put(path: string, body: JsonObject, options?: CallOptions): Promise<JsonObject>;
  post(path: string, body: JsonObject, options?: CallOptions): Promise<JsonObject>;
  /** The workspace itself. */
  workspace(options?: CallOptions): Promise<JsonObject | undefined>;
  /** True when the data plane was throttled and nobody knows yet whether it still is. */
  isHalfOpen(options?: CallOptions): Promise<boolean>;
}

/** On a page, as the SDK asks for them. */
const mostChildren = 100;
/** A job is answered within 0.4 to 3.3 seconds; what writes gets more time than what reads. */
const writePatience = 3;
/** A definition holds a whole pipeline, which may have thousands of steps. */
const maxDefinitionBytes = 8 * 1024 * 1024;

export function createAzureMLClient(workspace: Workspace, options: SendOptions): AzureMLClient {
  const { send, breaker } = createSender(options);
  const dataPlane = createDataPlaneUrl(send, workspace);
  const arm = (path: string, query: Readonly<Record<string, string>> = {}) =>
    `${workspace.armUrl}${workspaceId(workspace)}${path === "" ? "" : `/${path}`}?${new URLSearchParams({ ...query, "api-version": workspace.apiVersion })}`;
  const runs = async (path: string, call: CallOptions) =>
    `${await dataPlane(call)}/history/v1.0${workspaceId(workspace)}/${path}`;
  const job = (name: string) => `jobs/${encodeURIComponent(name)}`;
  const run = (name: string) => `runs/${encodeURIComponent(name)}`;

  async function get(what: string, url: string, call: CallOptions, maxBytes?: number): Promise<JsonObject | undefined> {
    const read = { ...call, what, method: "GET", url, ...defined({ maxBytes }) } as const;
    try {
      return asObject((await send(read)).body);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  return {
    async putJob(name, body, call) {
      const { body: answer } = await send({
        ...call,
        what: `create job ${name}`,
        method: "PUT",
        url: arm(job(name)),
        body,
        maxTries: 1,
        timeoutFactor: writePatience,
        maxBytes: maxDefinitionBytes,
        onBehalfOfUser: actsForUser(body),
      });
      return asObject(answer);
    },
    getJob: (name, call = {}) => get(`read job ${name}`, arm(job(name)), call, maxDefinitionBytes),
    async cancelJob(name, call) {
      await send({
        ...call,
        what: `cancel job ${name}`,
        method: "POST",
        url: arm(`${job(name)}/cancel`),
        maxTries: 1,
        timeoutFactor: writePatience,
      });
    },
    async deleteJob(name, call) {
      await send({
        ...call,
        what: `delete job ${name}`,
        method: "DELETE",
        url: arm(job(name)),
        timeoutFactor: writePatience,
      }).catch(unlessNotFound);
    },
    runDetails: async (name, call = {}) => get(`read run ${name}`, await runs(`${run(name)}/details`, call), call),
    async batchRuns(names, call = {}) {
      const requests = Object.fromEntries(names.map((name) => [name, { runId: name, selectRunMetadata: true }]));
      const url = await runs("batchrundata", call);
      return asObject(
        (
          await send({
            ...call,
            what: `read ${names.length} runs`,
            method: "POST",
            url,
            body: { requests },
            maxBytes: maxDefinitionBytes,
          })
        ).body,
      );
    },
    async childRuns(name, { limit, continuation }, call = {}) {
      const page = {
        $top: String(Math.min(limit, mostChildren)),
        ...(continuation === undefined ? {} : { $continuationtoken: continuation }),
      };
      return get(
        `read the children of run ${name}`,
        `${await runs(`${run(name)}/children`, call)}?${new URLSearchParams(page)}`,
        call,
      );
    },
    async patchRun(name, changes, call = {}) {
      await send({
        ...call,
        what: `change run ${name}`,
        method: "PATCH",
        url: await runs(run(name), call),
        body: changes,
        timeoutFactor: writePatience,
      });
    },
    async deleteTags(experiment, name, tags, call = {}) {
      const url = await runs(`experiments/${encodeURIComponent(experiment)}/${run(name)}/tags`, call);
      const body = { tagsToModify: {}, tagsToDelete: tags };
      await send({
        ...call,
        what: `take tags from run ${name}`,
        method: "PATCH",
        url,
        body,
        timeoutFactor: writePatience,
      });
    },
    get: (path, query, call = {}) => get(`read ${path}`, arm(path, query), call, maxDefinitionBytes),
    async put(path, body, call) {
      return asObject(
        (
          await send({
            ...call,
            what: `write ${path}`,
            method: "PUT",
            url: arm(path),
            body,
            timeoutFactor: writePatience,
          })
        ).body,
      );
    },
    async post(path, body, call) {
      return asObject(
        (
          await send({
            ...call,
            what: `ask for ${path}`,
            method: "POST",
            url: arm(path),
            body,
            timeoutFactor: writePatience,
          })
        ).body,
      );
    },
    workspace: (call = {}) => get(`read workspace ${workspace.name}`, arm(""), call),
    isHalfOpen: async (call = {}) => breaker(await dataPlane(call)).isHalfOpen,
  };
}

function asObject(body: unknown): JsonObject {
  return isObject(body) ? body : {};
}

/** Jobs for which the SDK sends its second token. @see _set_headers_with_user_aml_token in azure/ai/ml/operations/_job_operations.py */
function actsForUser(body: JsonObject): boolean {
  const { jobType, identity } = objectAt(body, "properties");
  return jobType === "Pipeline" || objectAt({ identity }, "identity").identityType === "UserIdentity";
}

/** Codes of a 404 that does not speak of the thing asked for, but of what it should be in: a workspace that is not there has not lost its jobs. */
const placeMissing =
  /^(ResourceGroupNotFound|SubscriptionNotFound|InvalidSubscriptionId|ParentResourceNotFound|WorkspaceNotFound)$/i;

function isNotFound(error: unknown): boolean {
  if (!(error instanceof AzureMLError) || error.statusCode !== 404) return false;
  const namesWorkspace =
    error.code === "ResourceNotFound" && /workspaces\/[\w-]+'/.test(nonEmptyText(error.reason) ?? "");
  return !namesWorkspace && !error.codes.some((code) => placeMissing.test(code));
}

function unlessNotFound(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
