// Storage may lose the writes of its last seconds when it is killed (Azurite saves its state every 5 s). Copies of a
// finished job stay on disk until such a loss can be detected. Then missing files are uploaded again.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isUnreadableRecord } from "../../../core/records/is-unreadable-record.ts";
import { pathExists } from "../../../lib/path-exists.ts";
import { jobFiles } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { removeJobFolder } from "../folder/remove-job-folder.ts";
import { type FinishPorts, removeCopies } from "./finish-job.ts";
import { reportFailure } from "./report-failure.ts";
import { createRetryUntilStored, type RetryUntilStored } from "./retry-until-stored.ts";
import type { LogUploader } from "./upload-log.ts";
import { uploadMissingOutputs } from "./upload-outputs.ts";

export interface VerifyPorts extends FinishPorts {
  /** Folder of the job folders. */
  readonly directory: string;
  /** The `submission_id` in the record of this name; undefined without one. Also restores a lost row of an open job. */
  readonly submissionIdOf: (name: string) => Promise<string | undefined>;
  /** Time after which a job folder without a record is removed. A repeated submission can reuse it until then. */
  readonly orphanMs: number;
}

/** Interval between two reads of an unreadable record, which may be restored. */
const unreadableMs = 60 * 60_000;

/** Verifies the uploads of a finished job after `keepCopiesMs`, uploads missing files again, and deletes the copies. */
export async function verifyUploads(
  ports: VerifyPorts,
  folder: JobFolder,
  uploader: LogUploader,
  signal: AbortSignal,
): Promise<void> {
  const { clock, keepCopiesMs, orphanMs } = ports;
  const { path, spec } = folder;
  const retry = createRetryUntilStored({ clock, signal, probe: () => ports.logs.list(spec.name, { signal }) });
  let orphanedMs = 0;
  while (await pathExists(join(path, jobFiles.unconfirmed))) {
    await clock.sleep(keepCopiesMs, signal);
    signal.throwIfAborted();
    switch (await retry(() => verifyOnce(ports, folder, uploader, retry, signal))) {
      case "stored":
        await reportFailure(ports, spec.name, () => removeCopies(folder));
        await rm(join(path, jobFiles.unconfirmed), { force: true });
        return;
      case "uploaded":
        // A repeated upload can be lost too, so it is verified after the same time.
        orphanedMs = 0;
        break;
      case "unreadable":
        await clock.sleep(unreadableMs, signal);
        break;
      case "orphaned":
        orphanedMs += keepCopiesMs;
        if (orphanedMs >= orphanMs) return removeOrphan(ports, folder, signal);
    }
  }
}

/** Uploads missing files, if the job has a record. */
async function verifyOnce(
  ports: VerifyPorts,
  folder: JobFolder,
  uploader: LogUploader,
  retry: RetryUntilStored,
  signal: AbortSignal,
): Promise<"stored" | "uploaded" | "unreadable" | "orphaned"> {
  const { name } = folder.spec;
  try {
    if ((await ports.submissionIdOf(name)) !== folder.owner) return "orphaned";
  } catch (error) {
    if (!isUnreadableRecord(error)) throw error;
    ports.onError(error, name);
    return "unreadable";
  }
  const missingOutputs = await uploadMissingOutputs(ports, folder, retry, signal);
  const missingLog = await uploader.uploadMissing();
  return missingOutputs || missingLog ? "uploaded" : "stored";
}

/** Removes a job without a record, its stored files first: later they could belong to a new job of the same name. */
async function removeOrphan(
  { directory, submissionIdOf, logs, outputs }: VerifyPorts,
  folder: JobFolder,
  signal: AbortSignal,
): Promise<void> {
  const { name } = folder.spec;
  const submissionId = await submissionIdOf(name);
  if (submissionId === folder.owner) return;
  if (submissionId === undefined)
    await Promise.all([logs.deleteAll(name, { signal }), outputs.deleteAll(name, { signal })]);
  await removeJobFolder(directory, folder);
}
