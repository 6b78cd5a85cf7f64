import type { Stats } from "node:fs";
import { lstat, readdir, realpath } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { isErrno } from "../../../lib/is-errno.ts";
import { jobFiles } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";

/** A file of the job. */
export interface OutputFile {
  /** Path on disk. */
  readonly file: string;
  /** Path among the outputs of the job. */
  readonly path: string;
  readonly size: number;
}

/** An entry that is not a file of the job, such as a pipe or a link to a path outside of it. It contains no data. */
export interface SkippedEntry {
  readonly path: string;
  readonly kind: string;
}

/** A file or folder that cannot be stored. Its content is not read. */
export interface UnstorableEntry {
  /** Escaped path in quotes, for messages. */
  readonly displayPath: string;
  readonly problem: string;
}

type OutputEntry = OutputFile | SkippedEntry | UnstorableEntry;

/** Blob names have at most 1,024 characters and 254 segments, including the name of the job. */
const maxBlobName = 1024;
const maxSegments = 254;
/** The longest path that the service accepts in a URL. */
const maxPath = 900;
/** Storage would turn a backslash into a slash and drop a trailing dot. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds control characters
const invalidBlobName = /[\u0000-\u001f\u007f\\\ufffd\ufffe\uffff]|[./]$/;
const invalidNameProblem = "its name cannot be the name of a blob";
const foreignLink = "a link that does not lead to a file of the job";

interface Listing {
  /** Folder of the job's own files. Links must resolve to files in it. */
  readonly root: string;
  readonly jobName: string;
}

/** Lists the named outputs and the folder `outputs` of the working folder, sorted by name. */
export async function* listOutputFiles({ runPath, spec }: JobFolder): AsyncGenerator<OutputEntry> {
  const root = await undefinedIfMissing(realpath(runPath));
  // A job that never started has no files.
  if (root === undefined) return;
  const listing = { root, jobName: spec.name };
  for (const output of spec.outputs) yield* listOutput(listing, join(root, jobFiles.outputs, output), output);
  yield* listOutput(listing, join(root, jobFiles.work, "outputs"), "outputs");
}

/** Lists one output, unless the job replaced a folder above it by a link. */
async function* listOutput(listing: Listing, file: string, path: string): AsyncGenerator<OutputEntry> {
  const parent = dirname(file);
  if ((await undefinedIfMissing(realpath(parent))) === parent) yield* listEntry(listing, file, path);
  else if ((await undefinedIfMissing(lstat(file))) !== undefined) yield { path, kind: foreignLink };
}

async function* listEntry(listing: Listing, file: string, path: string): AsyncGenerator<OutputEntry> {
  try {
    const stats = await undefinedIfMissing(lstat(file));
    if (stats === undefined) return;
    if (isTooLong(path, listing.jobName)) yield unstorable(shorten(path), "its path is longer than storage allows");
    else if (stats.isDirectory()) yield* listFolder(listing, file, path);
    else if (stats.isSymbolicLink()) yield await followLink(listing.root, file, path);
    else if (stats.isFile()) yield outputFile(file, path, stats);
    else yield { path, kind: kindOf(stats) };
  } catch (error) {
    yield unstorable(shorten(path), fileProblem(error));
  }
}

async function* listFolder(listing: Listing, folder: string, path: string): AsyncGenerator<OutputEntry> {
  // Names are read as bytes, because a name that is not UTF-8 is changed by decoding.
  const names = (await undefinedIfMissing(readdir(folder, { encoding: "buffer" }))) ?? [];
  for (const bytes of names.sort(Buffer.compare)) {
    const name = bytes.toString("utf8");
    if (Buffer.from(name).equals(bytes)) yield* listEntry(listing, join(folder, name), `${path}/${name}`);
    else yield { displayPath: `"${shorten(path)}/${escapeBytes(bytes)}"`, problem: "its name is not valid UTF-8" };
  }
}

/** The target of a symbolic link, if it is a file of the job. */
async function followLink(root: string, link: string, path: string): Promise<OutputEntry> {
  const target = await undefinedIfMissing(realpath(link));
  const within = target === undefined ? ".." : relative(root, target);
  if (target === undefined || within === ".." || within.startsWith(`..${sep}`)) return { path, kind: foreignLink };
  const stats = await undefinedIfMissing(lstat(target));
  return stats?.isFile() ? outputFile(target, path, stats) : { path, kind: foreignLink };
}

function outputFile(file: string, path: string, { size }: Stats): OutputFile | UnstorableEntry {
  return invalidBlobName.test(path) ? unstorable(path, invalidNameProblem) : { file, path, size };
}

function unstorable(path: string, problem: string): UnstorableEntry {
  return { displayPath: JSON.stringify(path), problem };
}

function isTooLong(path: string, jobName: string): boolean {
  return (
    path.length > maxPath || jobName.length + 1 + path.length > maxBlobName || path.split("/").length + 1 > maxSegments
  );
}

/** Reason why a file cannot be read, as a part of a sentence. @throws the error if it is not about the file. */
export function fileProblem(error: unknown): string {
  if (isErrno(error, "EACCES", "EPERM")) return "the service has no permission to read it";
  if (isErrno(error, "ENAMETOOLONG")) return "its path is longer than the system allows";
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  // A resource limit of the service, or a bug: the whole listing is repeated later.
  if (typeof code !== "string" || ["EMFILE", "ENFILE", "ENOMEM"].includes(code)) throw error;
  return `it cannot be read (${code})`;
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return "a pipe";
  return stats.isSocket() ? "a socket" : "a device";
}

/** Undefined if a file is missing. The target of a broken link is missing too. */
async function undefinedIfMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
}

function shorten(path: string): string {
  return path.length > 200 ? `${path.slice(0, 200)}...` : path;
}

/** Escapes all bytes but printable ASCII characters, and backslashes and quotes. */
function escapeBytes(bytes: Buffer): string {
  return [...bytes]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f && byte !== 0x5c && byte !== 0x22
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, "0")}`,
    )
    .join("");
}
