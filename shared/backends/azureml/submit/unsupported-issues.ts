import { type Issue, pointer } from "../../../core/issues.ts";
import type { Job } from "../../../core/job/job.ts";
import type { Workspace } from "../http/workspace.ts";

const code = "unsupported_by_backend";
/** Job types that only preview versions of the API support. */
const previewTypes: readonly string[] = ["finetuning", "distillation"];

/** Creates a function that returns the reasons why a job cannot run in a workspace. */
export function createUnsupportedIssues({ apiVersion }: Pick<Workspace, "apiVersion">): (job: Job) => readonly Issue[] {
  return (job) => {
    if (job.compute === "local") {
      const message =
        "compute is local (the machine of the client), which is not supported. " +
        "Use the name of a workspace compute, or remove the field.";
      return [{ pointer: pointer(["compute"]), code, message }];
    }
    if (previewTypes.includes(job.type) && !apiVersion.endsWith("-preview")) {
      const message =
        `A job of type ${job.type} needs a preview version of the Azure ML API, and JOBS_AZUREML_API_VERSION is ` +
        `${apiVersion}. Set it to a preview version, e.g. 2026-03-15-preview.`;
      return [{ pointer: pointer(["type"]), code, message }];
    }
    return [];
  };
}
