import type { KnownFields } from "./known-fields.ts";

/**
 * The parts of a job's ARM id, matched as in the SDK: case-sensitive, and without dots in the parts.
 * @see JOB_ID_RE_PATTERN of the SDK
 */
const jobId =
  /^\/subscriptions\/([\w,-]+)\/resourceGroups\/([\w,-]+)\/providers\/Microsoft\.MachineLearningServices\/workspaces\/([\w,-]+)\/jobs\/([\w,-]+)/;

/** The URL of a job's page in Azure ML studio; undefined if it is neither reported nor derivable from the id. */
export function studioUrl(
  services: Readonly<Record<string, object>> | undefined,
  known: KnownFields,
): string | undefined {
  const endpoint = (services?.Studio as { readonly endpoint?: unknown } | undefined)?.endpoint;
  if (typeof endpoint === "string" && endpoint !== "") return endpoint;
  if (known.studio_url !== undefined) return known.studio_url;
  const parts = jobId.exec(known.id?.replace(/^azureml:/, "") ?? "");
  if (parts === null) return undefined;
  const [, subscription, group, workspace, run] = parts;
  const workspaceId = `/subscriptions/${subscription}/resourcegroups/${group}/workspaces/${workspace}`;
  return `https://ml.azure.com/runs/${run}?wsid=${workspaceId}`;
}
