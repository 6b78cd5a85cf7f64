// What lies in a job's folder, between the service and the supervisor. Part of the supervisor: it imports nothing but Node.
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessId } from "./processes.ts";

/** `spec.json`: what the supervisor is to run; written before the folder gets its name. */
export interface JobSpec {
  readonly schema_version: 1;
  readonly name: string;
  readonly submission_id: string;
  readonly created_at: string;
  /** Of the submission: its content, and when it was committed. Absent from older folders. */
  readonly fingerprint?: string;
  readonly submitted_at?: string;
  /** For `bash -c`, with inputs and outputs substituted. */
  readonly command: string;
  readonly bash: string;
  /** All of the command's environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout_seconds?: number;
  /** A command that writes more to its output is ended: it shares the disk with the service. */
  readonly max_log_bytes: number;
  /** Files to fetch before the command starts; `file` is relative to the job's folder. */
  readonly downloads: readonly { readonly input: string; readonly url: string; readonly file: string }[];
  /** Names of the outputs, each a folder. */
  readonly outputs: readonly string[];
  /** What is unpacked from the job's bundle before the command starts. */
  readonly bundle?: BundleSpec;
}

export interface BundleSpec {
  readonly sha256: string;
  /** The file or folder of the bundle that becomes the working folder; "" is all of it. */
  readonly code?: string;
  /** Data: where it is in the bundle, and whether the command was given a file or a folder; `file` is relative to the job's folder. */
  readonly inputs: readonly { readonly input: string; readonly path: string; readonly file?: string }[];
}

/** `started`: made with O_EXCL by whoever decides the job's outcome, before anything runs. */
export interface Started extends ProcessId {
  /** Absent when the command was never to run. */
  readonly started_at?: string;
}

/** `exit.json`: the outcome. */
export interface Exit {
  readonly status: "Completed" | "Failed" | "Canceled";
  readonly finished_at: string;
  readonly error?: { readonly code: string; readonly message: string };
}

export const jobFiles = {
  spec: "spec.json",
  started: "started",
  /** Who leads the command's process group; written before the command may begin. */
  leader: "leader.json",
  exit: "exit.json",
  /** Somebody asked for the end of the job. */
  cancel: "cancel",
  /** The outcome once more, written when logs and outputs are where readers look. */
  shipped: "shipped.json",
  log: "std_log.txt",
  /** The service's last words in the log, behind what the command wrote. */
  notes: "notes.txt",
  /** The later submission that has taken the job over, if any: the same one, sent again after its record was lost. */
  owner: "owner.json",
  /** Present while copies of shipped files stay here, until storage has surely saved its own. */
  unconfirmed: "unconfirmed",
  /** Present when outputs lie here and nowhere else. */
  keep: "keep",
  /** The bundle as it came; gone once it is unpacked. */
  bundle: "bundle.zip",
  /** Present when the bundle is unpacked. */
  unpacked: "unpacked",
  work: "work",
  inputs: "inputs",
  outputs: "outputs",
} as const;

/** Makes `started`; false when somebody else has it. */
export function claimStart(folder: string, started: Started): boolean {
  try {
    writeFileSync(join(folder, jobFiles.started), JSON.stringify(started), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  }
}

/** Writes a file whole or not at all. */
export function writeWhole(folder: string, file: string, content: string): void {
  const temporary = join(folder, `${file}.${process.pid}.tmp`);
  writeFileSync(temporary, content, { mode: 0o600 });
  renameSync(temporary, join(folder, file));
}

/** Whether a call to the system ended with this error. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && codes.includes(error.code);
}
