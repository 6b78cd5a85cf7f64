// Files that the service and the supervisor of a job share. Bundled into the supervisor too, so it imports only Node.
import type { ProcessId } from "../process/process-id.ts";

/**
 * Content of `started`, which is created exclusively before the command starts, so that only one process writes the
 * outcome.
 */
export interface Started extends ProcessId {
  /** Absent when the service wrote the outcome of a command that never ran. */
  readonly started_at?: string;
}

/** Content of `exit.json`: the outcome. */
export interface Exit {
  /** Token of the spec. */
  readonly token?: string;
  readonly status: "Completed" | "Failed" | "Canceled";
  readonly finished_at: string;
  readonly error?: { readonly code: string; readonly message: string };
  /** Only in `shipped.json`: the reason why a part of the log could not be stored. */
  readonly log_error?: string;
}

/** Names of the files and folders of a job. */
export const jobFiles = {
  spec: "spec.json",
  started: "started",
  /** Leader of the command's process group; written before the command starts. */
  leader: "leader.json",
  exit: "exit.json",
  /** Present when a cancel was requested. */
  cancel: "cancel",
  /** Copy of the outcome, written after the log and the outputs are uploaded. */
  shipped: "shipped.json",
  log: "std_log.txt",
  /** A command that is too long for an argument; removed once it runs. */
  command: "command.sh",
  /** Last lines of the log, written by the service. */
  notes: "notes.txt",
  /** The submission that the job was reassigned to, if any. @see reassignFolder */
  owner: "owner.json",
  /** Present until the uploads are verified; copies of the uploaded files are kept until then. */
  unconfirmed: "unconfirmed",
  /** Present when some outputs could not be stored and exist only here. */
  keep: "keep",
  /** The downloaded bundle; removed once it is unpacked. */
  bundle: "bundle.zip",
  /** Present when the bundle is unpacked. */
  unpacked: "unpacked",
  /** Working folder. */
  work: "work",
  inputs: "inputs",
  outputs: "outputs",
} as const;
