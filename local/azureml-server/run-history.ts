/** Run history, the data plane's service for the runs of jobs. */
import { createHash } from "node:crypto";
import { type CourseState, isTerminal } from "./courses.ts";
import { runError } from "./errors.ts";
import type { JobLogs } from "./job-logs.ts";
import { azureTime } from "./job-resource.ts";
import {
  empty,
  isObject,
  type JsonObject,
  json,
  objectAt,
  type ReceivedRequest,
  type Reply,
  textAt,
} from "./request-and-reply.ts";
import { type ChildRun, childrenOf, findChild, findJob, jobState, type ServerJob, type ServerState } from "./state.ts";

function runNotFound(name: string): Reply {
  return runError(404, "UserError", `Run ${name} was not found.`);
}

/** The details of a run, with signed URLs of its logs. */
export async function runDetails(state: ServerState, name: string, logs: JobLogs): Promise<Reply> {
  const job = findJob(state, name);
  const child = job === undefined ? findChild(state, name) : undefined;
  if (job === undefined)
    return child === undefined ? runNotFound(name) : json(200, { ...childRun(state, child), logFiles: {} });
  const definition = {
    runDefinition: {},
    inputDatasets: [],
    outputDatasets: [],
    jobCost: { chargedCpuCoreSeconds: null, chargedGpuSeconds: null },
  };
  return json(200, { ...run(state, job), ...definition, logFiles: await logs.urls(job, jobState(state, job)) });
}

export function getRun(state: ServerState, name: string): Reply {
  const job = findJob(state, name);
  if (job !== undefined) return json(200, run(state, job));
  const child = findChild(state, name);
  return child === undefined ? runNotFound(name) : json(200, childRun(state, child));
}

export function listChildren(state: ServerState, name: string, { query, origin, path }: ReceivedRequest): Reply {
  const job = findJob(state, name);
  if (job === undefined) return runNotFound(name);
  const all = childrenOf(state, job).map((child) => childRun(state, child));
  const top = Number(query.get("$top") ?? 50);
  const from = Number(query.get("$continuationtoken") ?? 0);
  if (!Number.isInteger(from)) return runError(400, "UserError", "The continuation token is invalid.");
  const more = from + top < all.length;
  const continuationToken = more ? String(from + top) : null;
  const nextLink = more ? `${origin}${path}?$top=${top}&$continuationtoken=${from + top}` : null;
  return json(200, { value: all.slice(from, from + top), continuationToken, nextLink });
}

/** The data of several runs, with an error for each unknown one. */
export function batchRunData(state: ServerState, { body }: ReceivedRequest): Reply {
  const successfulResults: Record<string, unknown> = {};
  const failedResults: Record<string, unknown> = {};
  for (const [key, request] of Object.entries(objectAt(body, "requests"))) {
    const name = textAt(request, "runId") ?? "";
    const job = findJob(state, name);
    if (job === undefined) failedResults[key] = JSON.parse(runNotFound(name).text);
    else successfulResults[key] = { runMetadata: run(state, job) };
  }
  return json(200, { successfulResults, failedResults });
}

export function runData(state: ServerState, { body }: ReceivedRequest): Reply {
  const name = textAt(body, "runId") ?? "";
  const job = findJob(state, name);
  return job === undefined
    ? runNotFound(name)
    : json(200, { runMetadata: run(state, job), runDefinition: null, jobSpecification: null });
}

/** Merges tags and properties; existing properties cannot be changed. */
export function patchRun(state: ServerState, name: string, { body }: ReceivedRequest): Reply {
  const job = findJob(state, name);
  if (job === undefined) return runNotFound(name);
  const properties = objectAt(job.properties, "properties");
  const added = objectAt(body, "properties");
  const existingProperty = Object.keys(added).find(
    (key) => Object.hasOwn(properties, key) && properties[key] !== added[key],
  );
  if (existingProperty !== undefined)
    return runError(400, "UserError", `The property ${existingProperty} exists; properties are immutable.`);
  const texts = Object.fromEntries(
    ["displayName", "description"].flatMap((key) => (isObject(body) && key in body ? [[key, body[key]]] : [])),
  );
  // Run history's name of `isArchived` is `hidden`.
  const archived = isObject(body) && typeof body.hidden === "boolean" ? { isArchived: body.hidden } : {};
  job.properties = {
    ...job.properties,
    ...texts,
    ...archived,
    tags: { ...objectAt(job.properties, "tags"), ...objectAt(body, "tags") },
    properties: { ...properties, ...added },
  };
  job.changes += 1;
  return json(200, run(state, job));
}

export function patchTags(state: ServerState, name: string, { body }: ReceivedRequest): Reply {
  const job = findJob(state, name);
  if (job === undefined) return runNotFound(name);
  const deleted = isObject(body) && Array.isArray(body.tagsToDelete) ? body.tagsToDelete : [];
  const tags = Object.entries({ ...objectAt(job.properties, "tags"), ...objectAt(body, "tagsToModify") }).filter(
    ([key]) => !deleted.includes(key),
  );
  job.properties = { ...job.properties, tags: Object.fromEntries(tags) };
  job.changes += 1;
  return empty(200);
}

function run(state: ServerState, job: ServerJob): JsonObject {
  const course = jobState(state, job);
  const { properties } = job;
  return {
    ...base(job.name, course, job),
    parentRunId: null,
    rootRunId: job.name,
    displayName: properties.displayName,
    description: properties.description,
    experimentName: properties.experimentName,
    hidden: properties.isArchived === true,
    tags: properties.tags,
    properties: {
      ...objectAt(properties, "properties"),
      ProcessInfoFile: "azureml-logs/process_info.json",
      ProcessStatusFile: "azureml-logs/process_status.json",
    },
    runType: properties.jobType === "Pipeline" ? "azureml.PipelineRun" : "azureml.scriptrun",
  };
}

function childRun(state: ServerState, { name, displayName, parent }: ChildRun): JsonObject {
  return {
    ...base(name, jobState(state, parent), parent),
    parentRunId: parent.name,
    rootRunId: parent.name,
    displayName,
    description: null,
    experimentName: parent.properties.experimentName,
    hidden: false,
    tags: {},
    properties: { "azureml.nodeid": displayName },
    runType: "azureml.StepRun",
  };
}

function base(name: string, { status, step, began }: CourseState, job: ServerJob): JsonObject {
  const at = (matches: (status: string) => boolean) => {
    const firstMatch = began.find((entry) => matches(entry.status));
    return firstMatch === undefined ? null : azureTime(firstMatch.at);
  };
  const { error } = job.course;
  return {
    runId: name,
    runUuid: guidOf(name),
    status,
    target: textAt(job.properties, "computeId")?.split("/").at(-1) ?? "serverless",
    createdTimeUtc: azureTime(job.createdAt),
    startTimeUtc: at((name) => name === "Running"),
    endTimeUtc: at(isTerminal),
    error: status === "Failed" && error !== undefined ? errorResponse(error) : null,
    warnings: null,
    parameters: {},
    services: {},
    revision: step + job.changes,
    runTypeV2: { orchestrator: "Execution", traits: [] },
    createdBy: { userObjectId: guidOf("jobgate"), userName: "Jobgate" },
    inputs: {},
    outputs: {},
  };
}

function errorResponse({ code, message }: { readonly code: string; readonly message: string }): JsonObject {
  const inner = { code: "BadArgument", innerError: { code: "UserProcessFailed", innerError: null } };
  const error = {
    code,
    severity: null,
    message,
    messageFormat: message,
    messageParameters: {},
    details: [],
    innerError: inner,
    additionalInfo: null,
  };
  return {
    error,
    correlation: null,
    environment: "westus",
    location: "westus",
    time: new Date().toISOString(),
    componentName: "CommonRuntime",
  };
}

function guidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
