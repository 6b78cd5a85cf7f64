import type { BackendJob } from "../../core/backend-port.ts";
import { submissionVariable } from "./processes.ts";

/**
 * What a program needs of the machine. Everything else of the service's environment stays with the service: it holds
 * connection strings (AzureWebJobsStorage) and keys.
 */
const machineVariables = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "USERPROFILE"];

/** The machine's part of a child's environment. It is passed on, not read: no setting of the service is in it. */
export function machineEnvironment(): Record<string, string> {
  return Object.fromEntries(machineVariables.flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]]])));
}

/** All of a command's environment: the machine's, what Azure ML tells a job about itself, and the job's own variables over them. */
export function jobEnvironment(
  variables: Readonly<Record<string, string>>,
  { name, submission_id, experiment_name }: Pick<BackendJob, "name" | "submission_id" | "experiment_name">,
): Record<string, string> {
  return {
    ...machineEnvironment(),
    AZUREML_RUN_ID: name,
    AZUREML_ROOT_RUN_ID: name,
    AZUREML_ARM_PROJECT_NAME: experiment_name,
    ...variables,
    [submissionVariable]: submission_id,
  };
}
