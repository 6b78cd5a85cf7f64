// Everything that a job left where its outputs belong, whatever its names and permissions are.
import type { Stats } from "node:fs";
import { lstat, readdir, realpath } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { isErrno, jobFiles } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";

/** A file of the job: its place on disk, and its path among the job's outputs. */
export interface OutputFile {
  readonly file: string;
  readonly path: string;
  readonly size: number;
}

/** No file of the job: a link that leads elsewhere, a pipe, a socket. Nothing is lost without it. */
export interface SkippedEntry {
  readonly path: string;
  readonly kind: string;
}

/** A file or folder that cannot be stored: nothing of it is read. */
export interface UnstorableEntry {
  /** For messages alone: escaped, and in quotes. */
  readonly shown: string;
  readonly problem: string;
}

/** Blob names end at 1,024 characters and 254 segments, both with the name of the job. */
const longestName = 1024;
const mostSegments = 254;
/** No path that the service can give out is longer. */
const longestPath = 900;
/** A backslash would become a slash, and a trailing dot is lost. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unusableName = /[\u0000-\u001f\u007f\\\ufffd\ufffe\uffff]|[./]$/;
const foreignLink = "a link to no file of the job";

/** What a job left in its named outputs and in the `outputs` folder of its working folder, in order of names. */
export async function* listOutputFiles({
  runPath,
  spec,
}: JobFolder): AsyncGenerator<OutputFile | SkippedEntry | UnstorableEntry> {
  const root = await undefinedIfGone(realpath(runPath));
  // A job that never began has no files.
  if (root === undefined) return;
  for (const output of spec.outputs) yield* top(root, join(root, jobFiles.outputs, output), output, spec.name);
  yield* top(root, join(root, jobFiles.work, "outputs"), "outputs", spec.name);
}

/** A job may have put a link in the place of a folder above its outputs. */
async function* top(
  root: string,
  place: string,
  path: string,
  name: string,
): AsyncGenerator<OutputFile | SkippedEntry | UnstorableEntry> {
  const parent = dirname(place);
  if ((await undefinedIfGone(realpath(parent))) === parent) yield* walk(root, place, path, name);
  else if ((await undefinedIfGone(lstat(place))) !== undefined) yield { path, kind: foreignLink };
}

async function* walk(
  root: string,
  place: string,
  path: string,
  name: string,
): AsyncGenerator<OutputFile | SkippedEntry | UnstorableEntry> {
  try {
    const found = await undefinedIfGone(lstat(place));
    if (found === undefined) return;
    if (isTooLong(path, name))
      yield { shown: JSON.stringify(shorten(path)), problem: "its path is longer than storage allows" };
    else if (found.isDirectory()) yield* walkFolder(root, place, path, name);
    else if (found.isSymbolicLink()) yield await followLink(root, place, path);
    else if (!found.isFile()) yield { path, kind: kindOf(found) };
    else if (unusableName.test(path))
      yield { shown: JSON.stringify(path), problem: "its name cannot be the name of a blob" };
    else yield { file: place, path, size: found.size };
  } catch (error) {
    yield { shown: JSON.stringify(shorten(path)), problem: fileProblem(error) };
  }
}

async function* walkFolder(
  root: string,
  place: string,
  path: string,
  name: string,
): AsyncGenerator<OutputFile | SkippedEntry | UnstorableEntry> {
  // As bytes: a name that is no text would be read as another one, which is not there.
  const entries = (await undefinedIfGone(readdir(place, { encoding: "buffer" }))) ?? [];
  for (const bytes of entries.sort(Buffer.compare)) {
    const text = bytes.toString("utf8");
    if (Buffer.from(text).equals(bytes)) yield* walk(root, join(place, text), `${path}/${text}`, name);
    else yield { shown: `"${shorten(path)}/${escapeBytes(bytes)}"`, problem: "its name is not valid UTF-8" };
  }
}

/** A symbolic link is followed to a file of the job's own, and nowhere else. */
async function followLink(
  root: string,
  place: string,
  path: string,
): Promise<OutputFile | SkippedEntry | UnstorableEntry> {
  const target = await undefinedIfGone(realpath(place));
  const within = target === undefined ? ".." : relative(root, target);
  const found =
    target === undefined || within === ".." || within.startsWith(`..${sep}`)
      ? undefined
      : await undefinedIfGone(lstat(target));
  if (target === undefined || !found?.isFile()) return { path, kind: foreignLink };
  if (unusableName.test(path)) return { shown: JSON.stringify(path), problem: "its name cannot be the name of a blob" };
  return { file: target, path, size: found.size };
}

function isTooLong(path: string, name: string): boolean {
  return (
    path.length > longestPath ||
    name.length + 1 + path.length > longestName ||
    path.split("/").length + 1 > mostSegments
  );
}

/** Why a file cannot be read, in the words of the log. @throws the error itself if it is not about the file. */
export function fileProblem(error: unknown): string {
  if (isErrno(error, "EACCES", "EPERM")) return "its permissions do not let the service read it";
  if (isErrno(error, "ENAMETOOLONG")) return "its path is longer than the system allows";
  if (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    !isErrno(error, "EMFILE", "ENFILE", "ENOMEM")
  ) {
    return `it cannot be read (${error.code})`;
  }
  // A shortage of the service's own, or a mistake: the whole walk is done again later.
  throw error;
}

function kindOf(found: Stats): string {
  return found.isFIFO() ? "a pipe" : found.isSocket() ? "a socket" : "a device";
}

/** Undefined if it is not there (any more), which also holds for the end of a broken link. */
async function undefinedIfGone<T>(look: Promise<T>): Promise<T | undefined> {
  try {
    return await look;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
}

function shorten(path: string): string {
  return path.length > 200 ? `${path.slice(0, 200)}...` : path;
}

function escapeBytes(bytes: Buffer): string {
  return [...bytes]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f && byte !== 0x5c && byte !== 0x22
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, "0")}`,
    )
    .join("");
}
