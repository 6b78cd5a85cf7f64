import { createHash } from "node:crypto";
import type { BackendJob } from "../../../core/ports/backend-port.ts";
import { submissionVariable } from "./processes.ts";
import { userPath } from "./user-path.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a program needs of the machine. Everything else of the service's environment stays with the service: it holds
 * connection strings (AzureWebJobsStorage) and keys.
 */
const machineVariables = new Set([
  ...[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SYSTEMROOT",
    "USERPROFILE",
  ],
  ...[
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "CUDA_VISIBLE_DEVICES",
    "CUDA_DEVICE_ORDER",
    "CUDA_HOME",
    "CUDA_PATH",
    "ROCR_VISIBLE_DEVICES",
    "HIP_VISIBLE_DEVICES",
  ],
  ...[
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "FTP_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "ftp_proxy",
  ],
  // Certificates of a proxy.
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"],
  ...[
    "VIRTUAL_ENV",
    "VIRTUAL_ENV_PROMPT",
    "PYTHONUNBUFFERED",
    "PYENV_ROOT",
    "PYENV_VERSION",
    "MAMBA_EXE",
    "MAMBA_ROOT_PREFIX",
    "_CE_CONDA",
    "_CE_M",
  ],
]);
/** Not all of CONDA_*: the tokens of a package server are among them. */
const machineFamilies =
  /^(LC_[A-Z]+|CONDA_(EXE|PREFIX(_\d+)?|DEFAULT_ENV|PYTHON_EXE|SHLVL|PROMPT_MODIFIER|ROOT|ENVS_PATH|ENVS_DIRS|PKGS_DIRS))$/;

/** The machine's part of a child's environment, as the user's shell has it. It is passed on, not read: no setting of the service is in it. */
export function machineEnvironment(env: Environment = process.env): Record<string, string> {
  const passed = Object.entries(env).flatMap(([given, value]) => {
    // Windows has "Path", and finds it under any case.
    const name = process.platform === "win32" ? given.toUpperCase() : given;
    return value !== undefined && (machineVariables.has(name) || machineFamilies.test(name))
      ? [[name, value] as const]
      : [];
  });
  const { PATH: path, ...others } = Object.fromEntries(passed);
  return path === undefined ? others : { ...others, PATH: userPath(path, env) };
}

export interface JobPaths {
  /** Where the data of inputs lies, by name; literals have no variable. */
  readonly inputs: ReadonlyMap<string, string>;
  readonly outputs: ReadonlyMap<string, string>;
}

/**
 * The command's own variables: what Azure ML tells a job about itself, and those of the job over them.
 *
 * - `AZUREML_RUN_ID`, `AZUREML_ARM_PROJECT_NAME` (the experiment's name), `AZUREML_EXPERIMENT_ID`: read by `Run._load_scope`,
 *   `azureml/core/run.py` of the package azureml-core 1.61.
 * - `AZURE_ML_INPUT_x`, `AZURE_ML_OUTPUT_x`: the paths of data, `azureml/data/context_managers.py` of the same package.
 * - `AZUREML_ROOT_RUN_ID`: the job at the top of a pipeline, which here is the job itself; read by
 *   `src/zenml/integrations/azure/orchestrators/azureml_orchestrator.py` of zenml-io/zenml.
 *
 * docs/local.md lists those that are left out.
 */
export function jobEnvironment(
  variables: Readonly<Record<string, string>>,
  { name, submission_id, experiment_name }: Pick<BackendJob, "name" | "submission_id" | "experiment_name">,
  { inputs, outputs }: JobPaths,
): Record<string, string> {
  return {
    // The output of Python would else come when the job ends, or never.
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

/** Azure ML has a UUID for each experiment; here it is made of the name, so that an experiment keeps it. */
function experimentId(name: string): string {
  const hash = createHash("sha256").update(name).digest("hex");
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
