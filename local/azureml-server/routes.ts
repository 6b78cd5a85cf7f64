/** Which request is answered by what. */
import * as jobs from "./arm-jobs.ts";
import * as assets from "./assets.ts";
import { gatewayError } from "./errors.ts";
import type { JobLogs } from "./job-logs.ts";
import { putJob } from "./put-job.ts";
import { json, type ReceivedRequest, type Reply } from "./request-and-reply.ts";
import * as runs from "./run-history.ts";
import type { ServerState } from "./state.ts";

export interface RouteContext {
  readonly state: ServerState;
  readonly logs: JobLogs;
  readonly storage: assets.ServerStorage | undefined;
}

type Handler = (context: RouteContext, exchange: ReceivedRequest, ...names: string[]) => Reply | Promise<Reply>;

export interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly handler: Handler;
  /** `arm`: api-version is asked for, and calls are counted; `data`: a token is enough; `open`: nothing is asked for. */
  readonly plane: "arm" | "data" | "open";
}

const types = assets.assetTypes.join("|");

function armRoutes(root: string): readonly Route[] {
  const route = (method: string, path: string, handler: Handler): Route => ({
    method,
    path: new RegExp(`^${escaped(root)}${path}$`, "i"),
    handler,
    plane: "arm",
  });
  const [id, type] = ["([^/]+)", `(${types})`];
  return [
    route("GET", "", ({ state }, { origin }) => assets.getWorkspace(state, origin)),
    route("GET", "/jobs", ({ state }, exchange) => jobs.listJobs(state, exchange)),
    route("GET", `/jobs/${id}`, ({ state }, exchange, name) => jobs.getJob(state, name as string, exchange)),
    route("PUT", `/jobs/${id}`, ({ state }, exchange, name) => putJob(state, name as string, exchange)),
    route("DELETE", `/jobs/${id}`, ({ state }, _, name) => jobs.deleteJob(state, name as string)),
    route("POST", `/jobs/${id}/cancel`, ({ state }, exchange, name) => jobs.cancelJob(state, name as string, exchange)),
    route("GET", `/computes/${id}`, ({ state }, _, name) => assets.getCompute(state, name as string)),
    route("GET", `/datastores/${id}`, ({ state, storage }, _, name) =>
      assets.getDatastore(state, name as string, storage),
    ),
    route("POST", `/datastores/${id}/listSecrets`, ({ storage }, _, name) =>
      assets.listSecrets(name as string, storage),
    ),
    route("POST", `/codes/${id}/versions/${id}/startPendingUpload`, ({ state, storage }) =>
      assets.startPendingUpload(storage, state.now()),
    ),
    route("GET", `/${type}/${id}`, ({ state }, _, kind, name) =>
      assets.getContainer(state, kind as string, name as string),
    ),
    route("GET", `/${type}/${id}/versions`, ({ state }, exchange, kind, name) =>
      assets.listVersions(state, kind as string, name as string, exchange),
    ),
    route("GET", `/${type}/${id}/versions/${id}`, ({ state }, _, kind, name, version) =>
      assets.getVersion(state, kind as string, name as string, version as string),
    ),
    route("PUT", `/${type}/${id}/versions/${id}`, ({ state }, exchange, kind, name, version) =>
      assets.putVersion(state, kind as string, name as string, version as string, exchange),
    ),
  ];
}

function dataRoutes(root: string): readonly Route[] {
  const route = (method: string, path: string, handler: Handler): Route => ({
    method,
    path: new RegExp(`^/history/v1\\.0${escaped(root)}${path}$`, "i"),
    handler,
    plane: "data",
  });
  const run = "/(?:experiments/[^/]+/|experimentids/[^/]+/)?runs/([^/]+)";
  return [
    route("GET", `${run}/details`, ({ state, logs }, _, name) => runs.runDetails(state, name as string, logs)),
    route("GET", `${run}/children`, ({ state }, exchange, name) => runs.listChildren(state, name as string, exchange)),
    route("GET", run, ({ state }, _, name) => runs.getRun(state, name as string)),
    route("PATCH", `${run}/tags`, ({ state }, exchange, name) => runs.patchTags(state, name as string, exchange)),
    route("PATCH", run, ({ state }, exchange, name) => runs.patchRun(state, name as string, exchange)),
    route("POST", "/batchrundata", ({ state }, exchange) => runs.batchRunData(state, exchange)),
    route("POST", "/rundata", ({ state }, exchange) => runs.runData(state, exchange)),
  ];
}

function otherRoutes(): readonly Route[] {
  return [
    {
      method: "GET",
      path: /^\/subscriptions\/[^/]+\/providers\/Microsoft\.MachineLearningServices\/locations\/[^/]+\/mfeOperationResults\/([^/]+)$/i,
      handler: ({ state }, exchange, operation) => jobs.operationResult(state, operation as string, exchange),
      plane: "arm",
    },
    { method: "GET", path: /^\/discovery$/, handler: (_, { origin }) => json(200, discovery(origin)), plane: "open" },
  ];
}

function discovery(origin: string): object {
  return {
    api: origin,
    experimentation: origin,
    history: origin,
    hyperdrive: origin,
    modelmanagement: origin,
    pipelines: origin,
    studiocoreservices: origin,
  };
}

export function createRoutes({ root }: ServerState): readonly Route[] {
  return [...armRoutes(root), ...dataRoutes(root), ...otherRoutes()];
}

/** What a path outside of this workspace answers. */
export function noRoute({ workspace }: ServerState, { path, method }: ReceivedRequest): Reply {
  const named = /\/workspaces\/([^/]+)/i.exec(path)?.[1];
  if (named !== undefined && named.toLowerCase() !== workspace.name.toLowerCase()) {
    const message = `The Resource 'Microsoft.MachineLearningServices/workspaces/${named}' under resource group '${workspace.resourceGroup}' was not found.`;
    return gatewayError(404, "ResourceNotFound", message);
  }
  return gatewayError(404, "NotFound", `This server has no ${method} ${path}.`);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
