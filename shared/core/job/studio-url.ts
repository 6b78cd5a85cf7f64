import type { KnownFields } from "./known-fields.ts";

/** The parts of a job's ARM id, as the SDK finds them: case matters, and a part has no dot. @see JOB_ID_RE_PATTERN of the SDK */
const jobId =
  /^\/subscriptions\/([\w,-]+)\/resourceGroups\/([\w,-]+)\/providers\/Microsoft\.MachineLearningServices\/workspaces\/([\w,-]+)\/jobs\/([\w,-]+)/;

/** The address of a job's page in the studio; undefined for jobs that have none. */
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
  return `https://ml.azure.com/runs/${run}?wsid=/subscriptions/${subscription}/resourcegroups/${group}/workspaces/${workspace}`;
}
