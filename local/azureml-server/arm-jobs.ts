/** Azure Resource Manager's calls for the jobs of a workspace: read, list, cancel and delete. */
import { isTerminal } from "./courses.ts";
import { userError } from "./errors.ts";
import { childResource, jobResource } from "./job-resource.ts";
import { empty, json, objectAt, type ReceivedRequest, type Reply, textAt } from "./request-and-reply.ts";
import { findChild, findJob, jobState, type ServerJob, type ServerState } from "./state.ts";

export function jobNotFound(name: string): Reply {
  return userError(404, `Job ${name} not found.`, ["NotFoundError"], { name });
}

export function getJob(state: ServerState, name: string, { origin }: ReceivedRequest): Reply {
  const job = findJob(state, name);
  if (job !== undefined) return json(200, jobResource(state, job, origin));
  const child = findChild(state, name);
  return child === undefined ? jobNotFound(name) : json(200, childResource(state, child));
}

/** Jobs, newest first, in pages. The continuation is opaque. */
export function listJobs(state: ServerState, { query, origin, path }: ReceivedRequest): Reply {
  const view = query.get("listViewType") ?? "ActiveOnly";
  const [type, tag, properties] = [query.get("jobType"), query.get("tag"), query.get("properties")];
  const isSelected = (job: ServerJob) =>
    !job.deleted &&
    (view === "All" || (job.properties.isArchived === true) === (view === "ArchivedOnly")) &&
    (type === null || job.properties.jobType === type) &&
    (tag === null || Object.hasOwn(objectAt(job.properties, "tags"), tag)) &&
    (properties === null || properties.split(",").every((pair) => hasProperty(job, pair)));
  const jobs = [...state.jobs.values()].filter(isSelected).reverse();
  const from = readSkip(query.get("$skip"));
  if (from === undefined) return userError(400, "The continuation token in $skip is invalid.", ["BadArgument"]);
  const page = jobs.slice(from, from + state.pageSize);
  const next = new URLSearchParams(query);
  next.set("$skip", Buffer.from(`page:${from + state.pageSize}`).toString("base64url"));
  const more = from + state.pageSize < jobs.length ? { nextLink: `${origin}${path}?${next}` } : {};
  return json(200, { value: page.map((job) => jobResource(state, job, origin)), ...more });
}

/** Index of the first job of a page; undefined for an invalid continuation. */
function readSkip(skip: string | null): number | undefined {
  if (skip === null) return 0;
  const from = /^page:(\d+)$/.exec(Buffer.from(skip, "base64url").toString())?.[1];
  return from === undefined ? undefined : Number(from);
}

function hasProperty(job: ServerJob, pair: string): boolean {
  const [key = "", value] = pair.split("=");
  const properties = objectAt(job.properties, "properties");
  return Object.hasOwn(properties, key) && (value === undefined || textAt(properties, key) === value);
}

/** Number of polls for which the operation of a cancel is in progress. */
const operationPolls = 2;

/** Starts an operation that cancels a job: 202 with the body `null`. Rejects a job that is finished or finishing. */
export function cancelJob(state: ServerState, name: string, { origin, query }: ReceivedRequest): Reply {
  const job = findJob(state, name);
  if (job === undefined) return jobNotFound(name);
  const { status } = jobState(state, job);
  if (status === "Finalizing" || isTerminal(status)) {
    return userError(
      400,
      `Job ${name} is in status ${status} and cannot be canceled.`,
      ["BadArgument", "InvalidRunState"],
      { status },
    );
  }
  job.cancelAt ??= state.now();
  const operation = `jc:${state.workspaceGuid}:${name}`;
  state.operations.set(operation, operationPolls);
  const provider = `/subscriptions/${state.workspace.subscriptionId}/providers/Microsoft.MachineLearningServices`;
  const result = `${provider}/locations/westus/mfeOperationResults/${operation}`;
  const location = `${origin}${result}?api-version=${query.get("api-version")}`;
  return json(202, null, { location, "x-ms-async-operation-timeout": "PT1H" });
}

export function operationResult(
  state: ServerState,
  operation: string,
  { origin, path, query }: ReceivedRequest,
): Reply {
  const remainingPolls = state.operations.get(operation);
  if (remainingPolls === undefined) return userError(404, `Operation ${operation} not found.`, ["NotFoundError"]);
  state.operations.set(operation, remainingPolls - 1);
  return remainingPolls > 0 ? json(202, {}, { location: `${origin}${path}?${query}` }) : empty(200);
}

/** Deletes a finished job. Its name cannot be used again, because run history still contains it. */
export function deleteJob(state: ServerState, name: string): Reply {
  const job = findJob(state, name);
  if (job === undefined) return empty(204);
  const { status } = jobState(state, job);
  if (!isTerminal(status))
    return userError(400, `Job ${name} is in status ${status} and cannot be deleted.`, ["BadArgument"], { status });
  job.deleted = true;
  return empty(200);
}
