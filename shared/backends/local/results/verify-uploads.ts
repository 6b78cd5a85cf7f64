// Storage may lose its last seconds when it is killed (Azurite saves its state every 5 s). So the copies on disk stay until
// such a loss would show: then missing files are shipped again, and a job whose record is lost is removed after a while.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ServiceError } from "../../../core/errors.ts";
import { isUnreadableRecord } from "../../../core/records/is-unreadable-record.ts";
import { jobFiles } from "../folder/job-files.ts";
import { type JobFolder, removeJobFolder } from "../folder/job-folder.ts";
import { requestCancel } from "../folder/job-state.ts";
import { exists } from "../folder/read-json.ts";
import { deleteCopies, type FinishPorts, reportFailure } from "./finish-job.ts";
import { createRetryUntilStored } from "./retry-until-stored.ts";
import type { LogUploader } from "./upload-log.ts";
import { uploadMissingOutputs } from "./upload-outputs.ts";

export interface VerifyPorts extends FinishPorts {
  /** The folder of the jobs' folders. */
  readonly directory: string;
  /** The `submission_id` in the record of this name; undefined if there is no record. Also finds a job that storage took back to an earlier state. */
  readonly submissionIdOf: (name: string) => Promise<string | undefined>;
  /** How long a folder stays whose record is missing: the same submission may come again, and takes it over. */
  readonly orphanMs: number;
}

/** Waits until storage has surely saved a finished job, ships again what is missing, and frees the disk. */
export async function verifyUploads(
  ports: VerifyPorts,
  folder: JobFolder,
  shipper: LogUploader,
  closing: AbortSignal,
): Promise<void> {
  const { path, spec } = folder;
  const retry = createRetryUntilStored({
    clock: ports.clock,
    signal: closing,
    probe: () => ports.logs.list(spec.name, { signal: closing }),
  });
  let orphanedMs = 0;
  for (;;) {
    if (!(await exists(join(path, jobFiles.unconfirmed)))) return;
    await ports.clock.sleep(ports.keepCopiesMs, closing);
    closing.throwIfAborted();
    let submission: string | ServiceError | undefined;
    let anyMissing = false;
    await retry(async () => {
      submission = await ports.submissionIdOf(spec.name).catch(unreadableRecord);
      if (submission !== folder.owner) return;
      anyMissing = await uploadMissingOutputs(ports, folder, retry, closing);
      if (await shipper.uploadMissing()) anyMissing = true;
    });
    const isKnown = submission === folder.owner;
    if (isKnown && !anyMissing) break;
    if (isUnreadableRecord(submission)) {
      ports.onError(submission, spec.name);
      await ports.clock.sleep(unreadableMs, closing);
      continue;
    }
    // What was shipped again may be lost again: it has the same time to be saved.
    orphanedMs = isKnown ? 0 : orphanedMs + ports.keepCopiesMs;
    if (orphanedMs >= ports.orphanMs) return removeOrphan(ports, folder, closing);
  }
  await reportFailure(ports, spec.name, () => deleteCopies(folder));
  await rm(join(path, jobFiles.unconfirmed), { force: true });
}

/** Interval between two looks at a record that cannot be read: it may have been restored. */
const unreadableMs = 60 * 60_000;

/** The error of a record that cannot be read, which no retry mends. @throws any other error. */
function unreadableRecord(error: unknown): ServiceError {
  if (isUnreadableRecord(error)) return error;
  throw error;
}

/** Files in storage go first: from the moment when the folder is gone, they could be those of a new job of this name. */
async function removeOrphan(
  { directory, submissionIdOf: recordOf, logs, outputs }: VerifyPorts,
  folder: JobFolder,
  signal: AbortSignal,
): Promise<void> {
  const { name } = folder.spec;
  const submission = await recordOf(name);
  if (submission === folder.owner) return;
  if (submission === undefined)
    await Promise.all([logs.deleteAll(name, { signal }), outputs.deleteAll(name, { signal })]);
  await removeJobFolder(directory, folder);
}

/** Ends a job whose record stays missing while its command runs: no caller can find it, so none could end it. */
export async function cancelOrphan(
  ports: VerifyPorts,
  folder: JobFolder,
  cancel: () => void,
  stop: AbortSignal,
): Promise<void> {
  for (let orphanedMs = 0; orphanedMs < ports.orphanMs; ) {
    await ports.clock.sleep(ports.keepCopiesMs, stop);
    if (stop.aborted) return;
    const submission = await ports.submissionIdOf(folder.spec.name).catch(() => "unknown" as const);
    if (submission === folder.owner) return;
    if (submission !== "unknown") orphanedMs += ports.keepCopiesMs;
  }
  await requestCancel(folder);
  cancel();
}
