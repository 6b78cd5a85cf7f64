import type { JobFiles } from "../../../core/ports/storage-ports.ts";
import { forEachConcurrent } from "../../../lib/for-each-concurrent.ts";
import type { Semaphore } from "../../../lib/semaphore.ts";
import { isErrno } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { fileProblem, listOutputFiles, type OutputFile } from "./list-output-files.ts";
import { type RetryUntilStored, unreadable } from "./retry-until-stored.ts";

export interface OutputLimits {
  readonly maxFiles: number;
  readonly maxBytes: number;
}

export interface UploadPorts {
  readonly outputs: JobFiles;
  readonly outputLimits: OutputLimits;
  /** Bounds the uploads of all jobs together, and so the memory that they take. */
  readonly uploads: Semaphore;
}

/** So many files of each kind are named in the log. */
const shownFiles = 20;
const shownOthers = 5;
/** The uploads of one job: more do not end sooner. */
export const maxUploads = 8;

export interface UploadedOutputs {
  /** For the log: what could not be kept, and why. */
  readonly notes: readonly string[];
  /** Whether a file that could not be kept is on disk alone. */
  readonly filesLeft: boolean;
}

/** Uploads every named output and the `outputs` folder of the working folder. Waits out a storage that is away. */
export async function uploadOutputs(
  ports: UploadPorts,
  folder: JobFolder,
  retry: RetryUntilStored,
  signal: AbortSignal,
): Promise<UploadedOutputs> {
  const found = createFindings(folder, ports.outputLimits);
  const refused: string[] = [];
  await forEachConcurrent(found.files(), maxUploads, async (file) => {
    const problem = await upload(ports, folder, file, retry, signal);
    if (problem !== undefined) refused.push(`${JSON.stringify(file.path)} is not kept: ${problem}`);
  });
  const notes = [...shown([...found.unstorable, ...refused].toSorted((a, b) => (a < b ? -1 : 1))), ...found.beyond];
  const lost =
    notes.length > 0 ? [`Outputs that are not kept stay in ${folder.runPath} until the job is deleted.`] : [];
  return { notes: [...notes, ...found.others(), ...lost], filesLeft: notes.length > 0 };
}

/** Uploads the outputs that storage does not have, or has in another size. True if there were any. */
export async function uploadMissingOutputs(
  ports: UploadPorts,
  folder: JobFolder,
  retry: RetryUntilStored,
  signal: AbortSignal,
): Promise<boolean> {
  const found = createFindings(folder, ports.outputLimits);
  const stored = new Map(
    (await ports.outputs.list(folder.spec.name, { signal })).map(({ path, size }) => [path, size]),
  );
  let anyMissing = false;
  await forEachConcurrent(found.files(), maxUploads, async (file) => {
    if (stored.get(file.path) === file.size) return;
    if ((await upload(ports, folder, file, retry, signal)) === undefined) anyMissing = true;
  });
  return anyMissing;
}

/** The files that are to be kept; the rest is counted on the way. */
function createFindings(folder: JobFolder, { maxFiles, maxBytes }: OutputLimits) {
  const unstorable: string[] = [];
  const beyond: string[] = [];
  const others: string[] = [];
  let otherCount = 0;

  async function* files(): AsyncGenerator<OutputFile> {
    let count = 0;
    let bytes = 0;
    for await (const left of listOutputFiles(folder)) {
      if ("kind" in left) {
        otherCount += 1;
        if (otherCount <= shownOthers) others.push(`${JSON.stringify(left.path)} (${left.kind})`);
      } else if ("problem" in left) unstorable.push(`${left.shown} is not kept: ${left.problem}.`);
      else if (count + 1 > maxFiles || bytes + left.size > maxBytes) {
        beyond.push(
          `${left.path} and what follows is not kept: the outputs have more than ${maxFiles} files or ${maxBytes} bytes.`,
        );
        return;
      } else {
        count += 1;
        bytes += left.size;
        yield left;
      }
    }
  }

  return {
    files,
    unstorable,
    beyond,
    others: () => {
      const more = otherCount > shownOthers ? ` and ${otherCount - shownOthers} more` : "";
      return otherCount > 0 ? [`Not kept, being no files of the job: ${others.join(", ")}${more}.`] : [];
    },
  };
}

function shown(notes: readonly string[]): readonly string[] {
  return notes.length > shownFiles
    ? [...notes.slice(0, shownFiles), `${notes.length - shownFiles} more files are not kept.`]
    : notes;
}

/** Undefined if it went well, else the reason. */
async function upload(
  ports: UploadPorts,
  { spec }: JobFolder,
  file: OutputFile,
  retry: RetryUntilStored,
  signal: AbortSignal,
): Promise<string | undefined> {
  // A place for each try: a file that waits for its next one holds up no other.
  const attempt = async () => {
    const release = await ports.uploads.acquire(signal);
    try {
      await ports.outputs.upload(spec.name, file.path, file.file, { signal });
    } finally {
      release?.();
    }
  };
  try {
    await retry(attempt);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    // The system's own words hold the path on this machine.
    return isErrno(error, ...unreadable)
      ? `${fileProblem(error)}.`
      : error instanceof Error
        ? error.message
        : String(error);
  }
}
