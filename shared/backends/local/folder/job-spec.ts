// Bundled into the supervisor too, so it imports only Node.
import { dirname, join } from "node:path";

/** `spec.json`: the command of a job and the data to run it. Written before the folder is renamed to its final name. */
export interface JobSpec {
  /** 1: the job's own files are in the job folder. 2: they are in `run_folder`. */
  readonly schema_version: 1 | 2;
  /** Name of the folder of the job's own files, beside the job folder. It begins with a dot, unlike job names. */
  readonly run_folder?: string;
  /** Random text that the supervisor and the service write into each outcome. Outcomes without it are ignored. */
  readonly token?: string;
  readonly name: string;
  readonly submission_id: string;
  readonly created_at: string;
  /** Fingerprint of the submission's content and owner. Absent from older folders. */
  readonly fingerprint?: string;
  /** Time at which the submission was committed. Absent from older folders. */
  readonly submitted_at?: string;
  /** Argument of `bash -c`, with inputs and outputs substituted. */
  readonly command: string;
  /** Path of bash. */
  readonly bash: string;
  /** Variables of the command, which override those of the machine. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout_seconds?: number;
  /** Limit for the output of the command, which shares the disk with the service. A command over it is ended. */
  readonly max_log_bytes: number;
  /** Files to download before the command starts. `file` is relative to the folder of the job's own files. */
  readonly downloads: readonly { readonly input: string; readonly url: string; readonly file: string }[];
  /** Names of the outputs, each a folder. */
  readonly outputs: readonly string[];
  /** Files to unpack from the job's bundle before the command starts. */
  readonly bundle?: BundleSpec;
}

export interface BundleSpec {
  readonly sha256: string;
  /** File or folder of the bundle that becomes the working folder; "" is the whole bundle. */
  readonly code?: string;
  /** Inputs from the bundle. `file`, the target of a single file, is relative to the folder of the job's own files. */
  readonly inputs: readonly { readonly input: string; readonly path: string; readonly file?: string }[];
}

/** The folder that contains the working folder, inputs and outputs of a job, and no file of the service. */
export function runPath(folder: string, { run_folder }: Pick<JobSpec, "run_folder">): string {
  return run_folder === undefined ? folder : join(dirname(folder), run_folder);
}
