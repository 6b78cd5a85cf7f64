import type { JobFiles } from "../../../core/ports/storage-ports.ts";
import { forEachConcurrent } from "../../../lib/for-each-concurrent.ts";
import { isErrno } from "../../../lib/is-errno.ts";
import type { Semaphore } from "../../../lib/semaphore.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { fileProblem, listOutputFiles, type OutputFile, type SkippedEntry } from "./list-output-files.ts";
import { type RetryUntilStored, unreadable } from "./retry-until-stored.ts";

export interface OutputLimits {
  readonly maxFiles: number;
  readonly maxBytes: number;
}

export interface UploadPorts {
  readonly outputs: JobFiles;
  readonly outputLimits: OutputLimits;
  /** Limits the concurrent uploads of all jobs, and so their memory. */
  readonly uploads: Semaphore;
}

/** Limits for the files that the log names. */
const maxNamedFiles = 20;
const maxNamedSkipped = 5;
/** Concurrent uploads of one job. More are not faster. */
export const maxUploads = 8;

export interface UploadedOutputs {
  /** Lines for the log about outputs that are not stored. */
  readonly notes: readonly string[];
  /** Whether some outputs exist only on disk. */
  readonly filesLeft: boolean;
}

/** Uploads the named outputs and the folder `outputs` of the working folder, also after an outage of storage. */
export async function uploadOutputs(
  ports: UploadPorts,
  folder: JobFolder,
  retry: RetryUntilStored,
  signal: AbortSignal,
): Promise<UploadedOutputs> {
  const selection = selectOutputs(folder, ports.outputLimits);
  const refused: string[] = [];
  await forEachConcurrent(selection.files(), maxUploads, async (file) => {
    try {
      await upload(ports, folder, file, retry, signal);
    } catch (error) {
      signal.throwIfAborted();
      refused.push(`${JSON.stringify(file.path)} is not stored: ${uploadProblem(error)}`);
    }
  });
  const files = [...selection.unstorable, ...refused].toSorted((a, b) => (a < b ? -1 : 1));
  const notes = [...firstNotes(files), ...selection.overLimit];
  const location =
    notes.length > 0 ? [`Outputs that are not stored stay in ${folder.runPath} until the job is deleted.`] : [];
  return { notes: [...notes, ...selection.skipped(), ...location], filesLeft: notes.length > 0 };
}

/** Uploads the outputs that storage does not have, or has with another size. Returns whether any were. */
export async function uploadMissingOutputs(
  ports: UploadPorts,
  folder: JobFolder,
  retry: RetryUntilStored,
  signal: AbortSignal,
): Promise<boolean> {
  const stored = new Map(
    (await ports.outputs.list(folder.spec.name, { signal })).map(({ path, size }) => [path, size]),
  );
  let anyMissing = false;
  await forEachConcurrent(selectOutputs(folder, ports.outputLimits).files(), maxUploads, async (file) => {
    if (stored.get(file.path) === file.size) return;
    try {
      await upload(ports, folder, file, retry, signal);
      anyMissing = true;
    } catch {
      // The log names the file already.
      signal.throwIfAborted();
    }
  });
  return anyMissing;
}

interface OutputSelection {
  /** The files to upload; call it once. Reading it collects the other entries for the notes below. */
  files(): AsyncGenerator<OutputFile>;
  /** Notes about files that cannot be stored. */
  readonly unstorable: readonly string[];
  /** A note about the first file over a limit, if any. */
  readonly overLimit: readonly string[];
  /** A note about the entries that are not files of the job, if any. */
  skipped(): readonly string[];
}

function selectOutputs(folder: JobFolder, { maxFiles, maxBytes }: OutputLimits): OutputSelection {
  const unstorable: string[] = [];
  const overLimit: string[] = [];
  const skippedNames: string[] = [];
  let [skippedCount, fileCount, byteCount] = [0, 0, 0];

  const skip = ({ path, kind }: SkippedEntry) => {
    skippedCount += 1;
    if (skippedCount <= maxNamedSkipped) skippedNames.push(`${JSON.stringify(path)} (${kind})`);
  };
  const isWithinLimits = ({ size }: OutputFile) => {
    fileCount += 1;
    byteCount += size;
    return fileCount <= maxFiles && byteCount <= maxBytes;
  };

  async function* files(): AsyncGenerator<OutputFile> {
    for await (const entry of listOutputFiles(folder)) {
      if ("kind" in entry) skip(entry);
      else if ("problem" in entry) unstorable.push(`${entry.displayPath} is not stored: ${entry.problem}.`);
      else if (isWithinLimits(entry)) yield entry;
      else {
        const limits = `the outputs have more than ${maxFiles} files or ${maxBytes} bytes`;
        overLimit.push(`${entry.path} and all following outputs are not stored: ${limits}.`);
        return;
      }
    }
  }

  const skipped = () => {
    if (skippedCount === 0) return [];
    const more = skippedCount > maxNamedSkipped ? ` and ${skippedCount - maxNamedSkipped} more` : "";
    return [`Not stored, because they are not files of the job: ${skippedNames.join(", ")}${more}.`];
  };
  return { files, unstorable, overLimit, skipped };
}

function firstNotes(notes: readonly string[]): readonly string[] {
  return notes.length > maxNamedFiles
    ? [...notes.slice(0, maxNamedFiles), `${notes.length - maxNamedFiles} more files are not stored.`]
    : notes;
}

async function upload(
  { uploads, outputs }: UploadPorts,
  { spec }: JobFolder,
  { path, file }: OutputFile,
  retry: RetryUntilStored,
  signal: AbortSignal,
): Promise<void> {
  await retry(async () => {
    // One slot for each attempt, so that a file that waits for its next attempt does not block other uploads.
    const release = await uploads.acquire(signal);
    try {
      await outputs.upload(spec.name, path, file, { signal });
    } finally {
      release?.();
    }
  });
}

/** Reason why a file could not be uploaded. */
function uploadProblem(error: unknown): string {
  // The message of a system error contains the path on this machine.
  if (isErrno(error, ...unreadable)) return `${fileProblem(error)}.`;
  return error instanceof Error ? error.message : String(error);
}
