import type { ChildJob, ChildPage } from "../../../core/ports/backend-port.ts";
import { isTerminal } from "../../../core/records/status.ts";
import { isObject, type JsonObject, nonEmptyText, utcTime } from "../http/json.ts";
import { defined, runError } from "./run-details.ts";

/** A page of runs as the children of a job; what has no name or status is left out. */
export function toChildPage(page: JsonObject): ChildPage {
  const runs = Array.isArray(page.value) ? page.value : [];
  const continuation = nonEmptyText(page.continuationToken);
  return { children: runs.flatMap((run) => (isObject(run) ? childOf(run) : [])), ...defined({ continuation }) };
}

function childOf(run: JsonObject): ChildJob[] {
  const [name, status] = [nonEmptyText(run.runId), nonEmptyText(run.status)];
  if (name === undefined || status === undefined) return [];
  const optional = {
    display_name: nonEmptyText(run.displayName),
    started_at: utcTime(run.startTimeUtc),
    finished_at: isTerminal(status) ? utcTime(run.endTimeUtc) : undefined,
    error: runError(run.error, status),
  };
  return [{ name, status, ...defined(optional) }];
}
