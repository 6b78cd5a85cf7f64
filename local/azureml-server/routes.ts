/** The routes of the server. */
import * as jobs from "./arm-jobs.ts";
import * as assets from "./assets.ts";
import { getDatastore, listSecrets, type ServerStorage, startPendingUpload } from "./datastores.ts";
import { gatewayError } from "./errors.ts";
import type { JobLogs } from "./job-logs.ts";
import { putJob } from "./put-job.ts";
import { json, type ReceivedRequest, type Reply } from "./request-and-reply.ts";
import * as runs from "./run-history.ts";
import type { ServerState } from "./state.ts";
import { getCompute, getWorkspace } from "./workspace.ts";

export interface RouteContext {
  readonly state: ServerState;
  readonly logs: JobLogs;
  readonly storage: ServerStorage | undefined;
}

/** The groups of a route's path; a handler uses as many as its path defines. */
export type PathGroups = readonly [string, string, string];

type Handler = (context: RouteContext, request: ReceivedRequest, ...groups: PathGroups) => Reply | Promise<Reply>;

export interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly handler: Handler;
  /** Checks: `arm`: a token, an API version and rate limits; `data`: a token; `open`: none. */
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
    route("GET", "", ({ state }, { origin }) => getWorkspace(state, origin)),
    route("GET", "/jobs", ({ state }, request) => jobs.listJobs(state, request)),
    route("GET", `/jobs/${id}`, ({ state }, request, name) => jobs.getJob(state, name, request)),
    route("PUT", `/jobs/${id}`, ({ state }, request, name) => putJob(state, name, request)),
    route("DELETE", `/jobs/${id}`, ({ state }, _, name) => jobs.deleteJob(state, name)),
    route("POST", `/jobs/${id}/cancel`, ({ state }, request, name) => jobs.cancelJob(state, name, request)),
    route("GET", `/computes/${id}`, ({ state }, _, name) => getCompute(state, name)),
    route("GET", `/datastores/${id}`, ({ state, storage }, _, name) => getDatastore(state, name, storage)),
    route("POST", `/datastores/${id}/listSecrets`, ({ storage }, _, name) => listSecrets(name, storage)),
    route("POST", `/codes/${id}/versions/${id}/startPendingUpload`, ({ state, storage }) =>
      startPendingUpload(storage, state.now()),
    ),
    route("GET", `/${type}/${id}`, ({ state }, _, kind, name) => assets.getContainer(state, kind, name)),
    route("GET", `/${type}/${id}/versions`, ({ state }, request, kind, name) =>
      assets.listVersions(state, kind, name, request),
    ),
    route("GET", `/${type}/${id}/versions/${id}`, ({ state }, _, kind, name, version) =>
      assets.getVersion(state, kind, name, version),
    ),
    route("PUT", `/${type}/${id}/versions/${id}`, ({ state }, request, kind, name, version) =>
      assets.putVersion(state, kind, name, version, request),
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
    route("GET", `${run}/details`, ({ state, logs }, _, name) => runs.runDetails(state, name, logs)),
    route("GET", `${run}/children`, ({ state }, request, name) => runs.listChildren(state, name, request)),
    route("GET", run, ({ state }, _, name) => runs.getRun(state, name)),
    route("PATCH", `${run}/tags`, ({ state }, request, name) => runs.patchTags(state, name, request)),
    route("PATCH", run, ({ state }, request, name) => runs.patchRun(state, name, request)),
    route("POST", "/batchrundata", ({ state }, request) => runs.batchRunData(state, request)),
    route("POST", "/rundata", ({ state }, request) => runs.runData(state, request)),
  ];
}

const operationPath = new RegExp(
  "^/subscriptions/[^/]+/providers/Microsoft\\.MachineLearningServices" +
    "/locations/[^/]+/mfeOperationResults/([^/]+)$",
  "i",
);

function otherRoutes(): readonly Route[] {
  return [
    {
      method: "GET",
      path: operationPath,
      handler: ({ state }, request, operation) => jobs.operationResult(state, operation, request),
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

/** The reply to a request without a route, e.g. for another workspace. */
export function noRoute({ workspace }: ServerState, { path, method }: ReceivedRequest): Reply {
  const named = /\/workspaces\/([^/]+)/i.exec(path)?.[1];
  if (named !== undefined && named.toLowerCase() !== workspace.name.toLowerCase()) {
    const resource = `Microsoft.MachineLearningServices/workspaces/${named}`;
    const message = `The Resource '${resource}' under resource group '${workspace.resourceGroup}' was not found.`;
    return gatewayError(404, "ResourceNotFound", message);
  }
  return gatewayError(404, "NotFound", `This server has no ${method} ${path}.`);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
