import { type Issue, pointer } from "../../../core/issues.ts";
import type { Job } from "../../../core/job/job.ts";
import type { Workspace } from "../http/workspace.ts";

const code = "unsupported_by_backend";
/** Types that only previews of the API have. */
const previews: readonly string[] = ["finetuning", "distillation"];

/** What keeps a job from running in a workspace. */
export function createUnsupportedIssues({ apiVersion }: Pick<Workspace, "apiVersion">): (job: Job) => readonly Issue[] {
  return (job) => {
    if (job.compute === "local") {
      const message =
        "compute is local, which is the machine of who submits; the service runs no jobs on this machine. Expected the name of a compute, or none.";
      return [{ pointer: pointer(["compute"]), code, message }];
    }
    if (previews.includes(job.type) && !apiVersion.endsWith("-preview")) {
      const message = `A job of type ${job.type} needs a preview of the Azure ML API, and JOBS_AZUREML_API_VERSION is ${apiVersion}; expected e.g. 2026-03-15-preview.`;
      return [{ pointer: pointer(["type"]), code, message }];
    }
    return [];
  };
}
