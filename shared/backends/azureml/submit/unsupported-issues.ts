import { type Issue, pointer } from "../../../core/issues.ts";
import type { Job } from "../../../core/job/job.ts";
import { show } from "../../../core/job/schema/show.ts";
import { isExperimentName, toExperimentName } from "../../../core/records/experiment-names.ts";
import type { Workspace } from "../http/workspace.ts";

const code = "unsupported_by_backend";
/** Job types that only preview versions of the API support. */
const previewTypes: readonly string[] = ["finetuning", "distillation"];

/** Creates a function that returns the reasons why a job cannot run in a workspace. */
export function createUnsupportedIssues({ apiVersion }: Pick<Workspace, "apiVersion">): (job: Job) => readonly Issue[] {
  return (job) => [...computeIssues(job), ...typeIssues(job, apiVersion), ...experimentIssues(job)];
}

function computeIssues({ compute }: Job): readonly Issue[] {
  if (compute !== "local") return [];
  const message =
    "compute is local (the machine of the client), which is not supported. " +
    "Use the name of a workspace compute, or remove the field.";
  return [{ pointer: pointer(["compute"]), code, message }];
}

function typeIssues({ type }: Job, apiVersion: string): readonly Issue[] {
  if (!previewTypes.includes(type) || apiVersion.endsWith("-preview")) return [];
  const message =
    `A job of type ${type} needs a preview version of the Azure ML API, and JOBS_AZUREML_API_VERSION is ` +
    `${apiVersion}. Set it to a preview version, e.g. 2026-03-15-preview.`;
  return [{ pointer: pointer(["type"]), code, message }];
}

/** An empty name counts as none, as in the SDK. */
function experimentIssues({ experiment_name }: Job): readonly Issue[] {
  if (experiment_name === undefined || experiment_name === "" || isExperimentName(experiment_name)) return [];
  const path = pointer(["experiment_name"]);
  const mended = toExperimentName(experiment_name);
  const message =
    `experiment_name is ${show(experiment_name)}; expected 1 to 256 letters (a-z, A-Z), digits, - and _, beginning ` +
    `with a letter or digit.${mended === undefined ? "" : ` Did you mean ${show(mended)}?`}`;
  const suggestion = mended === undefined ? {} : { suggestion: [{ op: "replace", path, value: mended }] as const };
  return [{ pointer: path, code, message, ...suggestion }];
}
