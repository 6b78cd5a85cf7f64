import { join } from "node:path";
import { joinPath } from "../../../core/job/checks/local-files.ts";
import { type BackendJob, BackendRefusal } from "../../../core/ports/backend-port.ts";
import { isMapping } from "../../../core/yaml/value.ts";
import { defined } from "../../../lib/defined.ts";
import { isShellSafePath } from "../../../lib/is-shell-safe-path.ts";
import { type BundleSpec, type JobSpec, jobFiles, runPath } from "../folder/job-files.ts";
import { type LocalInput, localInput } from "../inputs/local-input.ts";
import { substitute } from "../inputs/substitute.ts";
import { jobEnvironment } from "../process/job-environment.ts";
import type { CommandFields } from "./command-fields.ts";

export interface SpecOptions {
  /** The job's folder, absolute. */
  readonly path: string;
  /** A name for the folder of its own files. */
  readonly runFolder: string;
  /** What an outcome is known by. */
  readonly token: string;
  readonly bash: string;
  readonly now: Date;
  readonly maxLogBytes: number;
}

/**
 * What the supervisor is to run for a job.
 * @throws BackendRefusal `code_not_available_locally`, `input_not_available_locally`, `missing_input`, `unusable_folder`.
 */
export function createJobSpec(
  backendJob: BackendJob,
  job: CommandFields,
  { path, runFolder, token, bash, now, maxLogBytes }: SpecOptions,
): JobSpec {
  const { name, submission_id, experiment_name, fingerprint, submitted_at } = backendJob;
  const folder = bundleFolder(backendJob);
  const inputs = Object.entries(job.inputs ?? {}).map(([input, value]) => ({
    input,
    ...localInput(input, value, folder),
  }));
  const bundle = bundleSpec(backendJob, job, inputs);
  const outputs = Object.entries(job.outputs ?? {});
  const own = runPath(path, { run_folder: runFolder });
  const inputPaths = new Map(
    inputs.flatMap((input) => ("text" in input ? [] : [[input.input, nameable(join(own, input.given))] as const])),
  );
  // What a job writes as uri_file is a file, which then lies in the output's folder under the output's name.
  const outputPaths = new Map(
    outputs.map(([output, value]) => [
      output,
      nameable(join(own, jobFiles.outputs, output, isMapping(value) && value.type === "uri_file" ? output : "")),
    ]),
  );
  const literals = inputs.flatMap((input) => ("text" in input ? [[input.input, input.text] as const] : []));
  // Bash takes the CR of a line's end for a part of its last word.
  const command = substitute(job.command.replaceAll("\r\n", "\n"), {
    inputs: new Map([...inputPaths, ...literals]),
    outputs: outputPaths,
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
    environment: jobEnvironment(
      job.environment_variables ?? {},
      { name, submission_id, experiment_name },
      { inputs: inputPaths, outputs: outputPaths },
    ),
    // The SDK sends no timeout for 0.
    ...(timeout > 0 && { timeout_seconds: timeout }),
    max_log_bytes: maxLogBytes,
    downloads: inputs.flatMap((input) =>
      "url" in input ? [{ input: input.input, url: input.url, file: input.file }] : [],
    ),
    outputs: outputs.map(([output]) => output),
    ...defined({ bundle }),
  };
}

/** Where the paths of a job start in its bundle; undefined without one. */
function bundleFolder({ bundle_sha256, bundle_folder = "" }: BackendJob): string | undefined {
  return bundle_sha256 === undefined ? undefined : bundle_folder;
}

/** What a job needs of its bundle; undefined when that is nothing. */
function bundleSpec(
  job: BackendJob,
  { code }: CommandFields,
  inputs: readonly ({ input: string } & LocalInput)[],
): BundleSpec | undefined {
  const { name, bundle_sha256 } = job;
  const place = typeof code === "string" ? joinPath(bundleFolder(job) ?? "", code) : undefined;
  if (code !== undefined && (bundle_sha256 === undefined || place === undefined)) {
    throw new BackendRefusal(
      "code_not_available_locally",
      `Job ${name} has code, but no bundle with it; expected a job that was sent with its files.`,
    );
  }
  const packed = inputs.flatMap((input) => ("path" in input ? [input] : []));
  if (bundle_sha256 === undefined || (place === undefined && packed.length === 0)) return undefined;
  return {
    sha256: bundle_sha256,
    ...defined({ code: place }),
    inputs: packed.map(({ input, path, file }) => ({ input, path, ...defined({ file }) })),
  };
}

function nameable(path: string): string {
  if (isShellSafePath(path)) return path;
  throw new BackendRefusal(
    "unusable_folder",
    `The command would name ${JSON.stringify(path)} without quotes; expected a data folder whose path has only letters, digits and _ . / @ + , = ~ -. Choose one with --data, or JOBS_DATA_DIR.`,
  );
}
