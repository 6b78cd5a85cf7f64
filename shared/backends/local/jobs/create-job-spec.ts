import { join } from "node:path";
import { joinPath } from "../../../core/job/checks/local-files.ts";
import { type BackendJob, BackendRefusal } from "../../../core/ports/backend-port.ts";
import { isMapping, type Mapping } from "../../../core/yaml/value.ts";
import { defined } from "../../../lib/defined.ts";
import { isShellSafePath } from "../../../lib/is-shell-safe-path.ts";
import { jobFiles } from "../folder/job-files.ts";
import { type BundleSpec, type JobSpec, runPath } from "../folder/job-spec.ts";
import { type LocalInput, localInput } from "../inputs/local-input.ts";
import { substitute } from "../inputs/substitute.ts";
import { jobEnvironment } from "../process/job-environment.ts";
import type { CommandFields } from "./command-fields.ts";

export interface SpecOptions {
  /** Absolute path of the job folder. */
  readonly path: string;
  /** Name of the folder of the job's own files. */
  readonly runFolder: string;
  /** Random text that identifies outcomes of this job. */
  readonly token: string;
  /** Path of bash. */
  readonly bash: string;
  readonly now: Date;
  readonly maxLogBytes: number;
}

type NamedInput = { readonly input: string } & LocalInput;

/**
 * Creates the spec of a job for its supervisor.
 * @throws BackendRefusal `code_not_available_locally`, `input_not_available_locally`, `missing_input`,
 * `missing_output`, `command_too_long`, `unusable_folder`.
 */
export function createJobSpec(
  backendJob: BackendJob,
  job: CommandFields,
  { path, runFolder, token, bash, now, maxLogBytes }: SpecOptions,
): JobSpec {
  const { name, submission_id, experiment_name, fingerprint, submitted_at } = backendJob;
  const bundleFolder = bundleFolderOf(backendJob);
  const inputs: readonly NamedInput[] = Object.entries(job.inputs ?? {}).map(([input, value]) => ({
    input,
    ...localInput(input, value, bundleFolder),
  }));
  const bundle = bundleSpec(backendJob, job, inputs);
  const ownFolder = runPath(path, { run_folder: runFolder });
  const paths = { inputs: inputPaths(inputs, ownFolder), outputs: outputPaths(job.outputs ?? {}, ownFolder) };
  const literals = inputs.flatMap((input) => ("text" in input ? [[input.input, input.text] as const] : []));
  // Bash would treat the CR of a CRLF line end as part of the last word.
  const command = substitute(job.command.replaceAll("\r\n", "\n"), {
    inputs: new Map([...paths.inputs, ...literals]),
    outputs: paths.outputs,
  });
  const timeout = Number(job.limits?.timeout ?? 0);
  return {
    schema_version: 2,
    run_folder: runFolder,
    token,
    name,
    submission_id,
    created_at: now.toISOString(),
    ...defined({ fingerprint, submitted_at }),
    command,
    bash,
    environment: jobEnvironment(job.environment_variables ?? {}, { name, submission_id, experiment_name }, paths),
    // The SDK sends no timeout for 0.
    ...(timeout > 0 && { timeout_seconds: timeout }),
    max_log_bytes: maxLogBytes,
    downloads: inputs.flatMap((input) =>
      "url" in input ? [{ input: input.input, url: input.url, file: input.file }] : [],
    ),
    outputs: Object.keys(job.outputs ?? {}),
    ...defined({ bundle }),
  };
}

/** Absolute paths of the inputs that are data. */
function inputPaths(inputs: readonly NamedInput[], ownFolder: string): ReadonlyMap<string, string> {
  return new Map(
    inputs.flatMap((input) =>
      "text" in input ? [] : [[input.input, checkShellSafe(join(ownFolder, input.commandPath))] as const],
    ),
  );
}

/** Absolute paths of the outputs. An output of type uri_file is a file of the output's name in the output's folder. */
function outputPaths(outputs: Mapping, ownFolder: string): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(outputs).map(([output, value]) => {
      const file = isMapping(value) && value.type === "uri_file" ? output : "";
      return [output, checkShellSafe(join(ownFolder, jobFiles.outputs, output, file))];
    }),
  );
}

/** The folder of the bundle from which the paths of a job start; undefined without a bundle. */
function bundleFolderOf({ bundle_sha256, bundle_folder = "" }: BackendJob): string | undefined {
  return bundle_sha256 === undefined ? undefined : bundle_folder;
}

/** The files that a job needs from its bundle; undefined if it needs none. */
function bundleSpec(job: BackendJob, { code }: CommandFields, inputs: readonly NamedInput[]): BundleSpec | undefined {
  const { name, bundle_sha256 } = job;
  const codePath = typeof code === "string" ? joinPath(bundleFolderOf(job) ?? "", code) : undefined;
  if (code !== undefined && (bundle_sha256 === undefined || codePath === undefined)) {
    throw new BackendRefusal(
      "code_not_available_locally",
      `Job ${name} has code, but was sent without its files; expected a bundle that contains the code.`,
    );
  }
  const packed = inputs.flatMap((input) => ("path" in input ? [input] : []));
  if (bundle_sha256 === undefined || (codePath === undefined && packed.length === 0)) return undefined;
  return {
    sha256: bundle_sha256,
    ...defined({ code: codePath }),
    inputs: packed.map(({ input, path, file }) => ({ input, path, ...defined({ file }) })),
  };
}

function checkShellSafe(path: string): string {
  if (isShellSafePath(path)) return path;
  throw new BackendRefusal(
    "unusable_folder",
    `The command would contain the path ${JSON.stringify(path)} without quotes; expected a data folder whose path ` +
      "has only letters, digits and _ . / @ + , = ~ -. Choose one with --data, or JOBS_DATA_DIR.",
  );
}
