// What lies in a job's folder, between the service and the supervisor. Part of the supervisor: it imports nothing but Node.
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { ProcessId } from "../process/processes.ts";

/** `spec.json`: what the supervisor is to run; written before the folder gets its name. */
export interface JobSpec {
  /** 1: the job's own files lie beside those of the supervisor. 2: they lie in `run_folder`. */
  readonly schema_version: 1 | 2;
  /** Name of the folder of the job's own files, beside the job's folder. It begins with a dot, as the name of no job does. */
  readonly run_folder?: string;
  /** An outcome without this text is not the supervisor's or the service's. */
  readonly token?: string;
  readonly name: string;
  readonly submission_id: string;
  readonly created_at: string;
  /** Of the submission: its content, and when it was committed. Absent from older folders. */
  readonly fingerprint?: string;
  readonly submitted_at?: string;
  /** For `bash -c`, with inputs and outputs substituted. */
  readonly command: string;
  readonly bash: string;
  /** The command's variables, over those of the machine. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout_seconds?: number;
  /** A command that writes more to its output is ended: it shares the disk with the service. */
  readonly max_log_bytes: number;
  /** Files to fetch before the command starts; `file` is relative to the folder of the job's own files. */
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
  /** Data: where it is in the bundle, and whether the command was given a file or a folder; `file` is relative to the folder of the job's own files. */
  readonly inputs: readonly { readonly input: string; readonly path: string; readonly file?: string }[];
}

/** `started`: made with O_EXCL by whoever decides the job's outcome, before anything runs. */
export interface Started extends ProcessId {
  /** Absent when the command was never to run. */
  readonly started_at?: string;
}

/** `exit.json`: the outcome. */
export interface Exit {
  /** That of the spec. */
  readonly token?: string;
  readonly status: "Completed" | "Failed" | "Canceled";
  readonly finished_at: string;
  readonly error?: { readonly code: string; readonly message: string };
  /** In `shipped.json` alone: why a part of the log could not be stored. */
  readonly log_error?: string;
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
  /** A command that is too long for an argument; gone once it runs. */
  command: "command.sh",
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

/** The folder above the working folder, the inputs and the outputs of a job. A job finds nothing else there. */
export function runPath(folder: string, { run_folder }: Pick<JobSpec, "run_folder">): string {
  return run_folder === undefined ? folder : join(dirname(folder), run_folder);
}

/** Makes `started`; false when somebody else has it. */
export function claimStart(folder: string, started: Started): boolean {
  const file = join(folder, jobFiles.started);
  let made: number;
  try {
    made = openSync(file, "wx", 0o600);
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  }
  try {
    writeFileSync(made, JSON.stringify(started));
    return true;
  } catch (error) {
    // On a full disk. An empty file would mean that a supervisor was killed.
    unlinkSync(file);
    throw error;
  } finally {
    closeSync(made);
  }
}

/** Files that have to be written when the disk is full, and the bytes that are kept for them. */
const reservedBytes: Readonly<Record<string, number>> = {
  [jobFiles.leader]: 512,
  [jobFiles.exit]: 4_096,
  [jobFiles.notes]: 24_576,
  [jobFiles.shipped]: 4_096,
};

const reserveOf = (folder: string, file: string) => join(folder, `${file}.reserve`);

/** Reserves disk space for the files that complete a job. */
export function reserveSpace(folder: string): void {
  for (const [file, bytes] of Object.entries(reservedBytes))
    writeFileSync(reserveOf(folder, file), " ".repeat(bytes), { mode: 0o600 });
}

/** Writes a file whole or not at all, into the space that is reserved for it if there is one. */
export function writeAtomic(folder: string, file: string, content: string): void {
  if (writeReserved(folder, file, content)) return;
  const temporary = join(folder, `${file}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, content, { mode: 0o600 });
    renameSync(temporary, join(folder, file));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Writes in place, which takes no further space; false if no space is reserved. */
function writeReserved(folder: string, file: string, content: string): boolean {
  const reserve = reserveOf(folder, file);
  let opened: number;
  try {
    opened = openSync(reserve, "r+");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
  try {
    const bytes = Buffer.from(content);
    for (let at = 0; at < bytes.length; ) at += writeSync(opened, bytes, at, bytes.length - at, at);
    ftruncateSync(opened, bytes.length);
    // A power cut could empty the outcome otherwise, and the job would be `supervisor_lost`.
    if (file === jobFiles.exit) fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
  renameSync(reserve, join(folder, file));
  return true;
}

/** Whether a call to the system ended with this error. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && codes.includes(error.code);
}
