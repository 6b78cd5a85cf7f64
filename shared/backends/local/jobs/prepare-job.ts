import { join } from "node:path";
import type { BundleStore } from "../../../core/ports/storage-ports.ts";
import type { Clock } from "../../../lib/clock.ts";
import { isErrno } from "../../../lib/is-errno.ts";
import { pathExists } from "../../../lib/path-exists.ts";
import { createRunFolder } from "../folder/create-job-folder.ts";
import type { Exit } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { endUnstartedJob, readState } from "../folder/job-state.ts";
import type { Download } from "../inputs/download.ts";
import { DownloadError } from "../inputs/download-error.ts";
import { UnpackError, unpackBundle } from "../inputs/unpack-bundle.ts";
import type { RunSignals } from "./run-signals.ts";

export interface PreparePorts {
  readonly clock: Clock;
  readonly bundles: BundleStore;
  readonly download: Download;
}

/**
 * Unpacks the bundle and downloads the inputs of a job that has not started. Writes the outcome of a job that is
 * canceled or cannot be prepared. @throws errors that a retry may resolve, such as a full disk.
 */
export async function prepareJob(
  ports: PreparePorts,
  folder: JobFolder,
  { detached, canceled, onPreparing }: RunSignals,
): Promise<void> {
  const { started, exit, cancelRequested } = await readState(folder);
  if (started !== undefined || exit !== undefined) return;
  const stop = AbortSignal.any([detached, canceled, ...(cancelRequested ? [AbortSignal.abort()] : [])]);
  const finished_at = () => ports.clock.now().toISOString();
  try {
    if (!stop.aborted) await prepareFiles(ports, folder, onPreparing, stop);
  } catch (error) {
    if (stop.aborted && detached.aborted) return;
    const failure = preparationFailure(error);
    if (failure !== undefined)
      endUnstartedJob(folder, { status: "Failed", finished_at: finished_at(), error: failure });
    else if (!stop.aborted) throw error;
  }
  if (stop.aborted && !detached.aborted) endUnstartedJob(folder, { status: "Canceled", finished_at: finished_at() });
}

async function prepareFiles(
  { bundles, download }: PreparePorts,
  folder: JobFolder,
  onPreparing: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { spec } = folder;
  await createRunFolder(folder);
  if (signal.aborted || (spec.downloads.length === 0 && spec.bundle === undefined)) return;
  onPreparing();
  await unpackBundle(bundles, folder, signal);
  await downloadInputs(download, folder, signal);
}

/** Downloads the missing inputs. An input is renamed to its final name when its download is complete. */
async function downloadInputs(download: Download, { runPath, spec }: JobFolder, signal: AbortSignal): Promise<void> {
  for (const { input, url, file } of spec.downloads) {
    const path = join(runPath, file);
    if (await pathExists(path)) continue;
    try {
      await download(url, path, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error instanceof DownloadError
        ? new DownloadError(`Input ${input}: ${error.message}`, { cause: error })
        : error;
    }
  }
}

/** System errors that no retry resolves, such as a too long name or missing permissions. */
const permanentErrors = ["ENAMETOOLONG", "EACCES", "EPERM", "EEXIST", "EISDIR", "ENOTDIR", "ELOOP", "EINVAL", "EILSEQ"];

/** The outcome's error for an error that no retry resolves; undefined for others. */
function preparationFailure(error: unknown): Exit["error"] {
  if (error instanceof DownloadError) return { code: "input_download_failed", message: error.message };
  if (error instanceof UnpackError) return { code: error.code, message: error.message };
  if (isErrno(error, ...permanentErrors) || error instanceof RangeError)
    return { code: "job_not_prepared", message: `The job could not be prepared: ${(error as Error).message}.` };
  return undefined;
}
