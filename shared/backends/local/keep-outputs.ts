import type { Dirent } from "node:fs";
import { lstat, readdir, realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { Clock } from "../../core/ports.ts";
import type { JobFiles } from "../../core/storage-ports.ts";
import { insist } from "./insist.ts";
import { isErrno, jobFiles } from "./job-files.ts";
import type { JobFolder } from "./job-folder.ts";

export interface OutputLimits {
  readonly maxFiles: number;
  readonly maxBytes: number;
}

/** A file that a job left: where it is on disk, and its path among the job's outputs. */
interface LeftFile {
  readonly file: string;
  readonly path: string;
  readonly size: number;
}

/** Blob names end at 1,024 characters, the job's name included; a backslash would become a slash, and a trailing dot is lost. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unusableName = /[\u0000-\u001f\u007f\\\ufffd]|[./]$/;
const longestPath = 700;

/**
 * Uploads every named output and the `outputs` folder of the working folder. Waits out a storage that is away; a file that
 * cannot be kept is named in what this returns, for the log.
 */
export async function keepOutputs(outputs: JobFiles, clock: Clock, folder: JobFolder, limits: OutputLimits, signal: AbortSignal): Promise<readonly string[]> {
  const notes: string[] = [];
  let files = 0;
  let bytes = 0;
  for await (const left of leftFiles(folder)) {
    if (unusableName.test(left.path) || left.path.length > longestPath) {
      notes.push(`${JSON.stringify(left.path)} is not kept: its name cannot be the name of a blob.`);
      continue;
    }
    if (files + 1 > limits.maxFiles || bytes + left.size > limits.maxBytes) {
      notes.push(
        `${left.path} and what follows is not kept: the outputs have more than ${limits.maxFiles} files or ${limits.maxBytes} bytes. They stay in ${folder.path}.`,
      );
      break;
    }
    const problem = await upload(outputs, clock, folder.spec.name, left, signal);
    if (problem !== undefined) notes.push(`${left.path} is not kept: ${problem}`);
    files += 1;
    bytes += left.size;
  }
  return notes;
}

async function upload(outputs: JobFiles, clock: Clock, name: string, { path, file }: LeftFile, signal: AbortSignal): Promise<string | undefined> {
  try {
    await insist(clock, signal, () => outputs.upload(name, path, file, { signal }));
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}

async function* leftFiles({ path, spec }: JobFolder): AsyncGenerator<LeftFile> {
  const root = await realpath(path);
  for (const output of spec.outputs) yield* walk(root, join(root, jobFiles.outputs, output), output);
  yield* walk(root, join(root, jobFiles.work, "outputs"), "outputs");
}

/** The files below a folder, in order of names. A symbolic link is followed to a file of the job's own, and nowhere else. */
async function* walk(root: string, folder: string, path: string): AsyncGenerator<LeftFile> {
  for (const entry of await entries(folder)) {
    const file = join(folder, entry.name);
    const inside = `${path}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(root, file, inside);
    else {
      const target = entry.isSymbolicLink() ? await targetWithin(root, file) : file;
      const found = target === undefined ? undefined : await lstat(target);
      if (target !== undefined && found?.isFile()) yield { file: target, path: inside, size: found.size };
    }
  }
}

async function entries(folder: string): Promise<readonly Dirent[]> {
  try {
    // The folder itself may have been replaced by a link to somewhere else.
    if (!(await lstat(folder)).isDirectory()) return [];
    return (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isErrno(error, "ENOENT", "EACCES")) return [];
    throw error;
  }
}

async function targetWithin(root: string, link: string): Promise<string | undefined> {
  try {
    const target = await realpath(link);
    const within = relative(join(root), target);
    return within === ".." || within.startsWith(`..${sep}`) ? undefined : target;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ELOOP", "EACCES")) return undefined;
    throw error;
  }
}
