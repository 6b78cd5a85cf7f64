import type { ChildJob, ChildPage } from "../../../core/ports/backend-port.ts";
import { isTerminal } from "../../../core/records/status.ts";
import { defined } from "../../../lib/defined.ts";
import { isObject, type JsonObject, nonEmptyText, utcTime } from "../http/json.ts";
import { runError } from "./observation.ts";

/** A page of runs as the children of a job; runs without a name or a status are omitted. */
export function toChildPage(page: JsonObject): ChildPage {
  const runs = Array.isArray(page.value) ? page.value : [];
  const continuation = nonEmptyText(page.continuationToken);
  const children = runs.map((run) => (isObject(run) ? toChild(run) : undefined));
  return { children: children.filter((child) => child !== undefined), ...defined({ continuation }) };
}

function toChild(run: JsonObject): ChildJob | undefined {
  const [name, status] = [nonEmptyText(run.runId), nonEmptyText(run.status)];
  if (name === undefined || status === undefined) return undefined;
  const optional = {
    display_name: nonEmptyText(run.displayName),
    started_at: utcTime(run.startTimeUtc),
    finished_at: isTerminal(status) ? utcTime(run.endTimeUtc) : undefined,
    error: runError(run.error, status),
  };
  return { name, status, ...defined(optional) };
}
