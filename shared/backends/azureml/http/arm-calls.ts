/** Calls of Azure Resource Manager, which limits their number per subscription. */
import type { CallOptions } from "../../../core/ports/ports.ts";
import { type JsonObject, objectAt } from "./json.ts";
import { ignoreNotFound, type JsonCalls } from "./json-calls.ts";
import { type Workspace, workspaceId } from "./workspace.ts";

export interface ArmCalls {
  /** Creates a job and returns its resource. Not retried, because Azure ML rejects a second PUT of an existing job. */
  putJob(name: string, body: JsonObject, options?: CallOptions): Promise<JsonObject>;
  getJob(name: string, options?: CallOptions): Promise<JsonObject | undefined>;
  /** Requests the cancel of a job; the response only confirms the request. */
  cancelJob(name: string, options?: CallOptions): Promise<void>;
  deleteJob(name: string, options?: CallOptions): Promise<void>;
  /** A resource by its path below the workspace, e.g. `environments/train`; undefined if it does not exist. */
  get(path: string, query?: Readonly<Record<string, string>>, options?: CallOptions): Promise<JsonObject | undefined>;
  put(path: string, body: JsonObject, options?: CallOptions): Promise<JsonObject>;
  post(path: string, body: JsonObject, options?: CallOptions): Promise<JsonObject>;
  /** The resource of the workspace; undefined if it does not exist. */
  workspace(options?: CallOptions): Promise<JsonObject | undefined>;
}

/** The definition of a job contains a whole pipeline, which may have thousands of steps. */
export const maxDefinitionBytes = 8 * 1024 * 1024;

export function createArmCalls({ read, write }: JsonCalls, workspace: Workspace): ArmCalls {
  const armUrl = (path: string, query: Readonly<Record<string, string>> = {}) => {
    const search = new URLSearchParams({ ...query, "api-version": workspace.apiVersion });
    return `${workspace.armUrl}${workspaceId(workspace)}${path === "" ? "" : `/${path}`}?${search}`;
  };
  const jobUrl = (name: string, path = "") => armUrl(`jobs/${encodeURIComponent(name)}${path}`);
  const maxBytes = maxDefinitionBytes;
  return {
    putJob: (name, body, call) =>
      write({
        ...call,
        action: `create job ${name}`,
        method: "PUT",
        url: jobUrl(name),
        body,
        maxTries: 1,
        maxBytes,
        onBehalfOfUser: needsUserToken(body),
      }),
    getJob: (name, call) => read({ ...call, action: `read job ${name}`, url: jobUrl(name), maxBytes }),
    async cancelJob(name, call) {
      const url = jobUrl(name, "/cancel");
      await write({ ...call, action: `cancel job ${name}`, method: "POST", url, maxTries: 1 });
    },
    async deleteJob(name, call) {
      const deletion = { ...call, action: `delete job ${name}`, method: "DELETE", url: jobUrl(name) } as const;
      await write(deletion).catch(ignoreNotFound);
    },
    get: (path, query, call) => read({ ...call, action: `read ${path}`, url: armUrl(path, query), maxBytes }),
    put: (path, body, call) => write({ ...call, action: `write ${path}`, method: "PUT", url: armUrl(path), body }),
    post: (path, body, call) => write({ ...call, action: `call ${path}`, method: "POST", url: armUrl(path), body }),
    workspace: (call) => read({ ...call, action: `read workspace ${workspace.name}`, url: armUrl("") }),
  };
}

/**
 * Whether the SDK sends its second token with a job.
 * @see _set_headers_with_user_aml_token in azure/ai/ml/operations/_job_operations.py
 */
function needsUserToken(body: JsonObject): boolean {
  const { jobType, identity } = objectAt(body, "properties");
  return jobType === "Pipeline" || objectAt({ identity }, "identity").identityType === "UserIdentity";
}
