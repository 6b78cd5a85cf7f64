import type { Stats } from "node:fs";
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

/** What a job left where a file would be: a link that leads to none of its own, a pipe, a socket. */
interface LeftOther {
  readonly path: string;
  readonly kind: string;
}

/** So many of them are named in the log. */
const shownOthers = 5;

/** Blob names end at 1,024 characters, the job's name included; a backslash would become a slash, and a trailing dot is lost. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unusableName = /[\u0000-\u001f\u007f\\\ufffd]|[./]$/;
const longestPath = 700;

export interface KeptOutputs {
  /** For the log: what could not be kept, and why. */
  readonly notes: readonly string[];
  /** Whether a file that could not be kept is on disk alone. */
  readonly filesLeft: boolean;
}

/** Uploads every named output and the `outputs` folder of the working folder. Waits out a storage that is away. */
export async function keepOutputs(outputs: JobFiles, clock: Clock, folder: JobFolder, limits: OutputLimits, signal: AbortSignal): Promise<KeptOutputs> {
  const notes: string[] = [];
  const others: string[] = [];
  let otherCount = 0;
  let files = 0;
  let bytes = 0;
  for await (const left of leftFiles(folder)) {
    if ("kind" in left) {
      otherCount += 1;
      if (otherCount <= shownOthers) others.push(`${JSON.stringify(left.path.slice(0, longestPath))} (${left.kind})`);
      continue;
    }
    if (unusableName.test(left.path) || left.path.length > longestPath) {
      notes.push(`${JSON.stringify(left.path)} is not kept: its name cannot be the name of a blob.`);
      continue;
    }
    if (files + 1 > limits.maxFiles || bytes + left.size > limits.maxBytes) {
      notes.push(
        `${left.path} and what follows is not kept: the outputs have more than ${limits.maxFiles} files or ${limits.maxBytes} bytes. They stay in ${folder.runPath}.`,
      );
      break;
    }
    const problem = await upload(outputs, clock, folder.spec.name, left, signal);
    if (problem !== undefined) notes.push(`${left.path} is not kept: ${problem}`);
    files += 1;
    bytes += left.size;
  }
  const more = otherCount > shownOthers ? ` and ${otherCount - shownOthers} more` : "";
  const othersNote = otherCount > 0 ? [`Not kept, being no files of the job: ${others.join(", ")}${more}.`] : [];
  return { notes: [...notes, ...othersNote], filesLeft: notes.length > 0 };
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

async function* leftFiles({ runPath: path, spec }: JobFolder): AsyncGenerator<LeftFile | LeftOther> {
  const root = await unlessGone(realpath(path));
  // A job that never began has no files.
  if (root === undefined) return;
  for (const output of spec.outputs) yield* walk(root, join(root, jobFiles.outputs, output), output);
  yield* walk(root, join(root, jobFiles.work, "outputs"), "outputs");
}

/** What is at a place, and below it in order of names. A symbolic link is followed to a file of the job's own, and nowhere else. */
async function* walk(root: string, place: string, path: string): AsyncGenerator<LeftFile | LeftOther> {
  const there = await unlessGone(lstat(place));
  if (there === undefined) return;
  const target = await targetWithin(root, place);
  const found = target === undefined ? undefined : await unlessGone(lstat(target));
  if (target !== undefined && found?.isFile()) yield { file: target, path, size: found.size };
  else if (target === place && there.isDirectory()) {
    for (const name of (await unlessGone(readdir(place)))?.sort() ?? []) yield* walk(root, join(place, name), `${path}/${name}`);
  } else yield { path, kind: target === place ? kindOf(there) : "a link to no file of the job" };
}

function kindOf(found: Stats): string {
  return found.isFIFO() ? "a pipe" : found.isSocket() ? "a socket" : "a device";
}

/** Undefined for what is not there, or may not be looked at. */
async function unlessGone<T>(look: Promise<T>): Promise<T | undefined> {
  try {
    return await look;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP", "EACCES")) return undefined;
    throw error;
  }
}

async function targetWithin(root: string, link: string): Promise<string | undefined> {
  const target = await unlessGone(realpath(link));
  if (target === undefined) return undefined;
  const within = relative(root, target);
  return within === ".." || within.startsWith(`..${sep}`) ? undefined : target;
}
