// The end of a job, from the outcome of its command to its final outcome. Each phase ends with a file:
//   exit.json   -> the log is uploaded, then the outputs -> notes.txt (and keep, if some outputs exist only on disk)
//   notes.txt   -> the notes are uploaded                -> shipped.json (and unconfirmed, if copies stay on disk)
//   unconfirmed -> the uploads are verified (verify-uploads.ts), then the copies are removed -> no unconfirmed
// A crash repeats the interrupted phase. Every phase terminates: only an outage of all storage delays it indefinitely.
import { join } from "node:path";
import type { JobFiles } from "../../../core/ports/storage-ports.ts";
import { causeText } from "../../../core/records/cause-text.ts";
import type { Clock } from "../../../lib/clock.ts";
import { defined } from "../../../lib/defined.ts";
import { pathExists } from "../../../lib/path-exists.ts";
import { type Exit, jobFiles } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { readState } from "../folder/job-state.ts";
import { removeTree } from "../folder/remove-tree.ts";
import { writeAtomic } from "../folder/write-atomic.ts";
import { logFooter } from "./log-header-footer.ts";
import { reportFailure } from "./report-failure.ts";
import { createRetryUntilStored, type RetryUntilStored } from "./retry-until-stored.ts";
import type { LogUploader } from "./upload-log.ts";
import { type UploadPorts, uploadMissingOutputs, uploadOutputs } from "./upload-outputs.ts";

export interface FinishPorts extends UploadPorts {
  readonly logs: JobFiles;
  readonly clock: Clock;
  readonly maxLogBytes: number;
  /** Retention of the copies of uploaded files on disk; 0 removes them at once. */
  readonly keepCopiesMs: number;
  /** Called with an error that does not stop the job, or that is retried. */
  readonly onError: (error: unknown, name: string) => void;
}

/** Uploads the log and the outputs of a job whose command has ended, then writes its final outcome. */
export async function finishJob(
  ports: FinishPorts,
  folder: JobFolder,
  uploader: LogUploader,
  signal: AbortSignal,
): Promise<void> {
  const { path, spec } = folder;
  const { exit, shipped } = await readState(folder);
  if (exit === undefined || shipped !== undefined) return;
  const retry = createRetryUntilStored({
    clock: ports.clock,
    signal,
    probe: () => ports.logs.list(spec.name, { signal }),
  });
  // Before the outputs and without the notes, so that the end of the log can be read while outputs are uploaded.
  await reportFailure(ports, spec.name, () => retry(() => uploader.upload(false)));
  signal.throwIfAborted();
  await finishOutputs(ports, folder, exit, retry, signal);
  const logError = await uploadWithNotes(ports, folder, uploader, retry);
  signal.throwIfAborted();
  if (ports.keepCopiesMs > 0) writeAtomic(path, jobFiles.unconfirmed, "");
  else if (logError === undefined) await reportFailure(ports, spec.name, () => removeCopies(folder));
  writeAtomic(path, jobFiles.shipped, JSON.stringify({ ...exit, ...defined({ log_error: logError }) }));
}

/**
 * Uploads the outputs and writes the notes. Existing notes are not written again: a second listing of the outputs could
 * produce other notes, while a part of the first notes may already be in the log.
 */
async function finishOutputs(
  ports: FinishPorts,
  folder: JobFolder,
  exit: Exit,
  retry: RetryUntilStored,
  signal: AbortSignal,
): Promise<void> {
  const { path, spec } = folder;
  if (await pathExists(join(path, jobFiles.notes))) {
    await reportFailure(ports, spec.name, () => retry(() => uploadMissingOutputs(ports, folder, retry, signal)));
    return;
  }
  const { notes, filesLeft } = await uploadOutputs(ports, folder, retry, signal);
  // Before the notes, which end the phase.
  if (filesLeft) writeAtomic(path, jobFiles.keep, "");
  writeAtomic(path, jobFiles.notes, await logFooter(folder, exit, notes, ports.maxLogBytes));
}

/** Uploads the rest of the log with the notes. Returns the reason if that fails, which does not stop the job. */
async function uploadWithNotes(
  ports: FinishPorts,
  { spec }: JobFolder,
  uploader: LogUploader,
  retry: RetryUntilStored,
): Promise<string | undefined> {
  try {
    await retry(() => uploader.upload(true));
    return undefined;
  } catch (error) {
    ports.onError(error, spec.name);
    return causeText(error);
  }
}

/** Removes the uploaded files from the disk. Keeps the notes, because new ones would be uploaded again. */
export async function removeCopies({ path, runPath }: JobFolder): Promise<void> {
  if (await pathExists(join(path, jobFiles.keep))) return;
  const ownFiles =
    runPath === path ? [jobFiles.work, jobFiles.inputs, jobFiles.outputs].map((name) => join(path, name)) : [runPath];
  for (const file of [join(path, jobFiles.bundle), ...ownFiles, join(path, jobFiles.log)]) await removeTree(file);
}
