import { createHash } from "node:crypto";
import type { BackendJob } from "../../../core/ports/backend-port.ts";
import { submissionVariable } from "./kill-leftovers.ts";

/** Absolute paths of a job's data by input and output name. Literal inputs have no path. */
export interface JobPaths {
  readonly inputs: ReadonlyMap<string, string>;
  readonly outputs: ReadonlyMap<string, string>;
}

/**
 * Variables of the command: those that Azure ML sets, overridden by the `variables` of the job.
 *
 * - `AZUREML_RUN_ID`, `AZUREML_ARM_PROJECT_NAME` (name of the experiment), `AZUREML_EXPERIMENT_ID`: read by
 *   `Run._load_scope` in `azureml/core/run.py` of the package azureml-core 1.61.
 * - `AZURE_ML_INPUT_x`, `AZURE_ML_OUTPUT_x`: paths of data, `azureml/data/context_managers.py` of the same package.
 * - `AZUREML_ROOT_RUN_ID`: the top job of a pipeline, here the job itself; read by
 *   `src/zenml/integrations/azure/orchestrators/azureml_orchestrator.py` of zenml-io/zenml.
 *
 * docs/local.md lists the omitted ones.
 */
export function jobEnvironment(
  variables: Readonly<Record<string, string>>,
  { name, submission_id, experiment_name }: Pick<BackendJob, "name" | "submission_id" | "experiment_name">,
  { inputs, outputs }: JobPaths,
): Record<string, string> {
  return {
    // Otherwise Python's output is buffered until the job ends, or lost.
    PYTHONUNBUFFERED: "1",
    AZUREML_RUN_ID: name,
    AZUREML_ROOT_RUN_ID: name,
    AZUREML_ARM_PROJECT_NAME: experiment_name,
    AZUREML_EXPERIMENT_ID: experimentId(experiment_name),
    ...Object.fromEntries([...inputs].map(([input, path]) => [`AZURE_ML_INPUT_${input}`, path])),
    ...Object.fromEntries([...outputs].map(([output, path]) => [`AZURE_ML_OUTPUT_${output}`, path])),
    ...variables,
    [submissionVariable]: submission_id,
  };
}

/** Derives a UUID from the name of an experiment, so that it is the same for all jobs of the experiment. */
function experimentId(name: string): string {
  const hash = createHash("sha256").update(name).digest("hex");
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
