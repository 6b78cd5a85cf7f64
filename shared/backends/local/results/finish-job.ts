// The end of a job, from the outcome of its command to the outcome that callers see. Phases, each with the file that ends it:
//   exit.json   -> the log is shipped, then outputs are uploaded         -> notes.txt (and keep, if files stay on disk alone)
//   notes.txt   -> the notes are shipped                                 -> shipped.json (with unconfirmed, if copies stay)
//   unconfirmed -> storage is looked at again (confirm-shipped.ts), then the copies go -> no unconfirmed
// A crash repeats the phase that it interrupted. Every phase ends: only an outage of all storage is waited out.
import { join } from "node:path";
import type { JobFiles } from "../../../core/ports/storage-ports.ts";
import { causeText } from "../../../core/records/cause-text.ts";
import type { Clock } from "../../../lib/clock.ts";
import { jobFiles, writeAtomic } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { readState } from "../folder/job-state.ts";
import { exists } from "../folder/read-json.ts";
import { removeTree } from "../folder/remove-tree.ts";
import { logFooter } from "./log-header-footer.ts";
import { createRetryUntilStored } from "./retry-until-stored.ts";
import type { LogUploader } from "./upload-log.ts";
import { type UploadPorts, uploadMissingOutputs, uploadOutputs } from "./upload-outputs.ts";

export interface FinishPorts extends UploadPorts {
  readonly logs: JobFiles;
  readonly clock: Clock;
  readonly maxLogBytes: number;
  /** How long copies of what was shipped stay on disk; 0 for not at all. */
  readonly keepCopiesMs: number;
  /** Called with an error that does not stop the job, or that is retried. */
  readonly onError: (error: unknown, name: string) => void;
}

/** Ships the log and the outputs, and only then makes the outcome visible. */
export async function finishJob(
  ports: FinishPorts,
  folder: JobFolder,
  shipper: LogUploader,
  closing: AbortSignal,
): Promise<void> {
  const { path, spec } = folder;
  const { exit, shipped } = await readState(folder);
  if (exit === undefined || shipped !== undefined) return;
  const retry = createRetryUntilStored({
    clock: ports.clock,
    signal: closing,
    probe: () => ports.logs.list(spec.name, { signal: closing }),
  });

  // First, and without the notes, so that the end of the log can be read while outputs are uploaded.
  await reportFailure(ports, spec.name, () => retry(() => shipper.upload(false)));
  closing.throwIfAborted();
  // Written once: a second walk over the outputs could give other notes, and part of the first may be in the log already.
  if (await exists(join(path, jobFiles.notes))) {
    await reportFailure(ports, spec.name, () =>
      retry(async () => void (await uploadMissingOutputs(ports, folder, retry, closing))),
    );
  } else {
    const { notes, filesLeft } = await uploadOutputs(ports, folder, retry, closing);
    // Before the notes, which end the phase.
    if (filesLeft) writeAtomic(path, jobFiles.keep, "");
    writeAtomic(path, jobFiles.notes, await logFooter(folder, exit, notes, ports.maxLogBytes));
  }
  let failure: unknown;
  const isShipped = await reportFailure(ports, spec.name, () =>
    retry(() => shipper.upload(true)).catch((error: unknown) => {
      failure = error;
      throw error;
    }),
  );
  closing.throwIfAborted();
  if (ports.keepCopiesMs > 0) writeAtomic(path, jobFiles.unconfirmed, "");
  else if (isShipped) await reportFailure(ports, spec.name, () => deleteCopies(folder));
  writeAtomic(
    path,
    jobFiles.shipped,
    JSON.stringify({ ...exit, ...(isShipped ? {} : { log_error: causeText(failure) }) }),
  );
}

/** Frees the disk of what is kept elsewhere. The notes stay: were they written anew, they would be shipped anew. */
export async function deleteCopies({ path, runPath }: JobFolder): Promise<void> {
  if (await exists(join(path, jobFiles.keep))) return;
  const own =
    runPath === path ? [jobFiles.work, jobFiles.inputs, jobFiles.outputs].map((part) => join(path, part)) : [runPath];
  for (const place of [join(path, jobFiles.bundle), ...own, join(path, jobFiles.log)]) await removeTree(place);
}

/** Whether it went well; if not, the error is reported. */
export async function reportFailure(
  { onError }: Pick<FinishPorts, "onError">,
  name: string,
  action: () => Promise<void>,
): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    onError(error, name);
    return false;
  }
}
