/** Reads a bundle: a zip on this machine's disk, which is never held in memory as a whole and never trusted. */
import { readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { inflateRawSync } from "node:zlib";
import { type Entry, fromFdPromise, getFileNameLowLevel, type ZipFile } from "yauzl";
import { ServiceError } from "../core/errors.ts";
import type { Issue } from "../core/issues.ts";
import type { JobFilesReader } from "../core/job/load-job.ts";
import { createEntryNames, type EntryNames, entryPath, pathProblem } from "./entry-name.ts";

/** A file of a bundle. */
export interface BundleFile {
  readonly path: string;
  /** Bytes, unpacked. */
  readonly size: number;
  /** Whether it may be run as a program, where its zip says so. */
  readonly executable: boolean;
  readonly crc32: number;
}

/** An open zip; it has to be closed. */
export interface Bundle extends JobFilesReader {
  readonly files: readonly BundleFile[];
  /** The content of a file as it is unpacked. What cannot be unpacked ends the stream with an error. */
  stream(file: BundleFile): Promise<Readable>;
  close(): Promise<void>;
}

export interface BundleLimits {
  /** Files and folders. */
  readonly maxEntries: number;
  /** Bytes of all files, unpacked. */
  readonly maxTotalBytes: number;
  /** How much larger than its packed form a file of more than a MiB may be. */
  readonly maxRatio: number;
  /** Bytes of a file that is read while the job is judged. */
  readonly maxReadBytes: number;
}

const mib = 1024 * 1024;
const defaultLimits: BundleLimits = { maxEntries: 10_000, maxTotalBytes: 512 * mib, maxRatio: 200, maxReadBytes: mib };
const maxIssues = 100;

/** A file of a zip, and where its bytes are. */
interface PackedFile extends BundleFile {
  readonly packedSize: number;
  readonly deflated: boolean;
  readonly start: number;
}

/**
 * Opens a zip and judges its directory: every entry that cannot be taken is an issue with its name. The bytes of the files
 * are `checkContents`' to judge. @throws ServiceError `invalid_bundle`.
 */
export async function openBundle(path: string, given: Partial<BundleLimits> = {}): Promise<Bundle> {
  const limits = { ...defaultLimits, ...given };
  const handle = await open(path);
  try {
    const zip = await fromFdPromise(handle.fd, { autoClose: false, decodeStrings: false }).catch((error: unknown) => {
      throw refused([{ pointer: "", code: "unreadable", message: `The bundle is not a zip that can be read: ${text(error)}` }]);
    });
    const { files, folders } = await readDirectory(handle, zip, limits);
    return bundleOf(handle, zip, files, folders, limits);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function bundleOf(handle: FileHandle, zip: ZipFile, files: ReadonlyMap<string, PackedFile>, folders: ReadonlySet<string>, limits: BundleLimits): Bundle {
  return {
    files: [...files.values()],
    kind(path) {
      if (path === "" || folders.has(path)) return "folder";
      return files.has(path) ? "file" : undefined;
    },
    read(path) {
      const file = files.get(path);
      return file === undefined ? undefined : readWhole(handle, file, limits.maxReadBytes);
    },
    async stream({ path }) {
      const file = files.get(path);
      if (file === undefined) throw new Error(`The bundle has no file ${path}.`);
      const { start, packedSize, deflated, size } = file;
      // The form of this call that gives a promise wants an entry, against what is said of it.
      return new Promise((resolve, reject) => {
        const done = (error: Error | null, stream: Readable) => (error === null ? resolve(stream) : reject(error));
        zip.openReadStreamLowLevel(start, packedSize, 0, packedSize, deflated, size, done);
      });
    },
    close: () => handle.close(),
  };
}

interface Directory {
  readonly files: Map<string, PackedFile>;
  readonly folders: Set<string>;
}

async function readDirectory(handle: FileHandle, zip: ZipFile, limits: BundleLimits): Promise<Directory> {
  if (zip.entryCount > limits.maxEntries) {
    throw refused([{ pointer: "", code: "too_many", message: `The bundle has ${zip.entryCount} entries; at most ${limits.maxEntries} are taken.` }]);
  }
  const directory: Directory = { files: new Map(), folders: new Set() };
  const issues: Issue[] = [];
  const names = createEntryNames();
  const places: Place[] = [];
  let total = 0;
  try {
    // It would end the whole list with an error that names no file; `judge` looks at the sizes, too.
    zip.validateEntrySizes = false;
    for await (const entry of zip.eachEntry()) {
      const path = nameOf(entry);
      const found = judge(entry, path, names, limits) ?? (await locate(zip, entry, path));
      if ("code" in found) issues.push(found);
      else {
        addTo(directory, found);
        places.push({ path, from: entry.relativeOffsetOfLocalHeader, to: found.start + found.packedSize });
        total += found.size;
      }
      if (total > limits.maxTotalBytes) issues.push(issue(path, "too_large", `would bring the bundle over ${limits.maxTotalBytes} bytes unpacked`));
      if (total > limits.maxTotalBytes || issues.length >= maxIssues) break;
    }
  } catch (error) {
    const strong = stronglyEncrypted(handle, zip);
    if (strong !== undefined) issues.push(issue(strong, "encrypted", "is encrypted"));
    else issues.push({ pointer: "", code: "unreadable", message: `The list of the bundle's files cannot be read: ${text(error)}` });
  }
  zip.validateEntrySizes = true;
  issues.push(...overlaps(places));
  if (issues.length > 0) throw refused(issues);
  return directory;
}

/** The name as text; bytes that are none become U+FFFD, which no path may have. */
function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  return entryPath(getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false));
}

const entryHead = { length: 46, signature: 0x02014b50, flagsAt: 8, nameLengthAt: 28 } as const;
const stronglyEncryptedFlag = 0x40;

/** The name of the entry at which yauzl ended the list because it is strongly encrypted: its error has no name. */
function stronglyEncrypted({ fd }: FileHandle, zip: ZipFile): string | undefined {
  // Its type says boolean.
  const start = Number(zip.readEntryCursor);
  const head = Buffer.alloc(entryHead.length);
  if (readSync(fd, head, 0, head.length, start) < head.length || head.readUInt32LE(0) !== entryHead.signature) return undefined;
  const flags = head.readUInt16LE(entryHead.flagsAt);
  if ((flags & stronglyEncryptedFlag) === 0) return undefined;
  const name = Buffer.alloc(head.readUInt16LE(entryHead.nameLengthAt));
  const length = readSync(fd, name, 0, name.length, start + head.length);
  return entryPath(getFileNameLowLevel(flags, name.subarray(0, length), [], false));
}

const modes = { type: 0o170000, file: 0o100000, folder: 0o040000, executable: 0o111 } as const;
const maskedFlag = 0x2000;

/** What an entry's own line in the directory says against it. */
function judge(entry: Entry, name: string, names: EntryNames, { maxRatio }: BundleLimits): Issue | undefined {
  const isFolder = name.endsWith("/") || name === "";
  const path = isFolder ? name.slice(0, -1) : name;
  const { uncompressedSize: size, compressedSize: packed, compressionMethod: method } = entry;
  const wrongPath = path === "" && isFolder && name !== "/" ? undefined : pathProblem(path);
  if (wrongPath !== undefined) return issue(name, "unsafe_path", wrongPath);
  const type = (entry.externalFileAttributes >>> 16) & modes.type;
  if (type !== 0 && type !== (isFolder ? modes.folder : modes.file)) {
    return issue(name, "not_a_file", "is a link, a device or something else that is neither a file nor a folder");
  }
  if (entry.isEncrypted() || (entry.generalPurposeBitFlag & maskedFlag) !== 0) return issue(name, "encrypted", "is encrypted");
  if (method !== 0 && method !== 8) return issue(name, "unreadable", `is packed by method ${method}; only deflate and no packing are read`);
  if ((method === 0 && size !== packed) || (isFolder && size > 0)) return issue(name, "unreadable", "says two things of its size");
  if (size > mib && size / Math.max(1, packed) > maxRatio) {
    return issue(name, "too_large", `is ${Math.round(size / Math.max(1, packed))} times as large as it is packed; at most ${maxRatio} times is taken`);
  }
  const clash = path === "" ? undefined : names.add(path, isFolder ? "folder" : "file");
  return clash === undefined ? undefined : issue(name, "duplicate_entry", clash);
}

/** Finds the bytes of an entry; what stands before them must give it the same name, or two readers could see two files. */
async function locate(zip: ZipFile, entry: Entry, path: string): Promise<PackedFile | Issue> {
  try {
    const header = await zip.readLocalFileHeaderPromise(entry);
    if (!header.fileName.equals(entry.fileNameRaw)) return issue(path, "unreadable", "has another name where its bytes begin");
    return {
      path,
      size: entry.uncompressedSize,
      executable: ((entry.externalFileAttributes >>> 16) & modes.executable) !== 0,
      crc32: entry.crc32,
      packedSize: entry.compressedSize,
      deflated: entry.compressionMethod === 8,
      start: header.fileDataStart,
    };
  } catch (error) {
    return issue(path, "unreadable", `cannot be read: ${text(error)}`);
  }
}

function addTo({ files, folders }: Directory, file: PackedFile): void {
  const path = file.path.replace(/\/$/, "");
  for (let at = path.indexOf("/"); at > 0; at = path.indexOf("/", at + 1)) folders.add(path.slice(0, at));
  if (path !== file.path) folders.add(path);
  else if (path !== "") files.set(path, file);
}

interface Place {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

/** Files that share bytes are how a small zip becomes a huge one. */
function overlaps(places: readonly Place[]): readonly Issue[] {
  const inOrder = places.toSorted((a, b) => a.from - b.from);
  return inOrder
    .filter(({ from }, index) => index > 0 && from < (inOrder[index - 1]?.to ?? 0))
    .slice(0, maxIssues)
    .map(({ path }) => issue(path, "unreadable", "shares bytes with another entry"));
}

/** @throws ServiceError `invalid_bundle` for a file that is too large to be read here, or is not what the directory says. */
function readWhole(handle: FileHandle, { path, size, packedSize, deflated, start }: PackedFile, maxBytes: number): Uint8Array {
  if (size > maxBytes) throw refused([issue(path, "too_large", `has ${size} bytes; a file that belongs to the job's own text has at most ${maxBytes}`)]);
  const packed = Buffer.alloc(packedSize);
  try {
    let length = 0;
    while (length < packedSize) {
      const read = readSync(handle.fd, packed, length, packedSize - length, start + length);
      if (read === 0) throw new Error("it ends too early");
      length += read;
    }
    if (!deflated) return packed;
    const unpacked = inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
    if (unpacked.length !== size) throw new Error(`it has ${unpacked.length} bytes, not ${size}`);
    return unpacked;
  } catch (error) {
    throw refused([issue(path, "unreadable", `cannot be unpacked: ${text(error)}`)]);
  }
}

/** An issue with an entry of a bundle. `what` follows the entry's name. */
export function issue(path: string, code: string, what: string): Issue {
  return { pointer: "", file: path, code, message: `${JSON.stringify(path.slice(0, 300))} ${what}.` };
}

/** The refusal of a bundle. */
export function refused(issues: readonly Issue[]): ServiceError {
  const detail = issues.length === 1 ? (issues[0]?.message ?? "") : `The bundle is not valid: ${issues.length} issues.`;
  return new ServiceError("invalid_bundle", detail, { issues });
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
