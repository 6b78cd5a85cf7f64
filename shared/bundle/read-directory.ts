/** Judges the directory of a zip: which files and folders it has, where their bytes are, and what cannot be taken. */
import { readSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { type Entry, getFileNameLowLevel, type ZipFile } from "yauzl";
import type { Issue } from "../core/issues.ts";
import type { BundleLimits, PackedFile } from "./bundle-file.ts";
import { issue, refused, text } from "./bundle-issue.ts";
import { createEntryNames, type EntryNames, entryPath, pathProblem } from "./entry-name.ts";

const mib = 1024 * 1024;
const maxIssues = 100;

interface Directory {
  readonly files: Map<string, PackedFile>;
  readonly folders: Set<string>;
}

export async function readDirectory(handle: FileHandle, zip: ZipFile, limits: BundleLimits): Promise<Directory> {
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
