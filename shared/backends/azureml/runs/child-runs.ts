import type { ChildJob, ChildPage } from "../../../core/ports/backend-port.ts";
import { isTerminal } from "../../../core/records/status.ts";
import { isObject, type JsonObject, textOf, timeOf } from "../http/json.ts";
import { defined, errorOf } from "./run-details.ts";

/** A page of runs as the children of a job; what has no name or status is left out. */
export function childPageOf(page: JsonObject): ChildPage {
  const runs = Array.isArray(page.value) ? page.value : [];
  const continuation = textOf(page.continuationToken);
  return { children: runs.flatMap((run) => (isObject(run) ? childOf(run) : [])), ...defined({ continuation }) };
}

function childOf(run: JsonObject): ChildJob[] {
  const [name, status] = [textOf(run.runId), textOf(run.status)];
  if (name === undefined || status === undefined) return [];
  const optional = {
    display_name: textOf(run.displayName),
    started_at: timeOf(run.startTimeUtc),
    finished_at: isTerminal(status) ? timeOf(run.endTimeUtc) : undefined,
    error: errorOf(run.error, status),
  };
  return [{ name, status, ...defined(optional) }];
}
