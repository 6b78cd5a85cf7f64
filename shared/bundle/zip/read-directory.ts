/** Judges the list of entries of a zip: its files, folders and links, the position of their bytes, and the entries that cannot be taken. */
import type { Issue } from "../../core/issues.ts";
import type { BundleLimits, PackedFile } from "../bundle-file.ts";
import { entryIssue, errorText, invalidBundle, unreadableZip } from "../bundle-issue.ts";
import { createYielder } from "../yielder.ts";
import { decodeName } from "./decode-name.ts";
import { entryPath, pathProblem } from "./entry-name.ts";
import { createTreeBuilder, type Folder, type Link, type TreeBuilder } from "./file-tree.ts";
import { type DirectoryLocation, findDirectory } from "./find-directory.ts";
import { readAt } from "./read-at.ts";
import { readEntries, type ZipEntry } from "./read-entries.ts";
import { readWhole } from "./unpack.ts";
import { ZipError } from "./zip-error.ts";

const mib = 1024 * 1024;
const maxIssues = 100;

export interface Directory {
  readonly top: Folder;
  /** In the order of the zip. */
  readonly files: readonly PackedFile[];
  readonly links: readonly Link[];
}

/** @param size of the zip's file. @throws ServiceError `invalid_bundle` with an issue for each entry that cannot be taken. */
export async function readDirectory(fd: number, size: number, limits: BundleLimits): Promise<Directory> {
  const issues: Issue[] = [];
  const reader: Reader = { fd, limits, tree: createTreeBuilder(limits), files: [], links: [], places: [] };
  const turn = createYielder();
  try {
    const place = findDirectory(fd, size);
    checkSize(place, limits);
    const list = readAt(fd, place.start, place.size);
    let total = 0;
    for (const entry of readEntries(list, place.count)) {
      await turn();
      const found = takeEntry(reader, entry, place.start);
      if (typeof found === "object") issues.push(found);
      else total += found;
      if (total > limits.maxTotalBytes)
        issues.push(
          entryIssue(nameOf(entry), "too_large", `would bring the bundle over ${limits.maxTotalBytes} bytes unpacked`),
        );
      if (total > limits.maxTotalBytes || issues.length >= maxIssues) break;
    }
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    issues.push(unreadableZip(error));
  }
  issues.push(...overlaps(reader.places));
  if (issues.length > 0) throw invalidBundle(issues);
  return { top: reader.tree.top, files: reader.files, links: reader.links };
}

interface Reader {
  readonly fd: number;
  readonly limits: BundleLimits;
  readonly tree: TreeBuilder;
  readonly files: PackedFile[];
  readonly links: Link[];
  readonly places: Place[];
}

function checkSize({ count, size }: DirectoryLocation, { maxEntries, maxDirectoryBytes }: BundleLimits): void {
  if (count > maxEntries) {
    throw invalidBundle([
      { pointer: "", code: "too_many", message: `The bundle has ${count} entries; at most ${maxEntries} are taken.` },
    ]);
  }
  if (size > maxDirectoryBytes) {
    throw invalidBundle([
      {
        pointer: "",
        code: "too_large",
        message: `The bundle's list of entries has ${size} bytes; at most ${maxDirectoryBytes} are taken.`,
      },
    ]);
  }
}

const nameOf = (entry: ZipEntry) => entryPath(decodeName(entry));

/** Adds an entry; gives its bytes, unpacked, or what is wrong with it. `end`: the bytes of all entries are before it. */
function takeEntry(reader: Reader, entry: ZipEntry, end: number): number | Issue {
  const name = nameOf(entry);
  const isFolder = name.endsWith("/") || name === "";
  const path = isFolder ? name.slice(0, -1) : name;
  const kind = kindOf(entry, isFolder);
  const problem = problemOf(entry, name, path, kind, reader.limits);
  if (problem !== undefined) return problem;
  try {
    const file = locate(reader.fd, entry, path, end);
    const clash = path === "" ? undefined : addTo(reader, kind, file);
    if (clash !== undefined) return entryIssue(name, "duplicate_entry", clash);
    reader.places.push({ path: name, from: entry.headerAt ?? 0, to: file.start + file.packedSize });
    return file.size;
  } catch (error) {
    if (error instanceof ZipError) return entryIssue(name, "unreadable", `cannot be read: ${errorText(error)}`);
    throw error;
  }
}

const modes = { type: 0o170000, file: 0o100000, folder: 0o040000, link: 0o120000, executable: 0o111 } as const;

type Kind = "file" | "folder" | "link" | "other";

function kindOf({ mode }: ZipEntry, isFolder: boolean): Kind {
  const type = mode & modes.type;
  if (isFolder) return type === 0 || type === modes.folder ? "folder" : "other";
  if (type === modes.link) return "link";
  return type === 0 || type === modes.file ? "file" : "other";
}

const flagsOfEncryption = { weak: 0x1, strong: 0x40, masked: 0x2000 } as const;

/** The problem of an entry by its own line of the list; undefined without one. */
function problemOf(
  entry: ZipEntry,
  name: string,
  path: string,
  kind: Kind,
  { maxRatio }: BundleLimits,
): Issue | undefined {
  const { size, packedSize: packed, method, flags } = entry;
  // A line for the top itself, which is `./` or `.\`.
  const wrongPath = path === "" && name !== "/" ? undefined : pathProblem(path);
  if (wrongPath !== undefined) return entryIssue(name, "unsafe_path", wrongPath);
  if (kind === "other")
    return entryIssue(
      name,
      "not_a_file",
      "is a device, a pipe, a socket or something else that is neither a file nor a folder",
    );
  if ((flags & (flagsOfEncryption.weak | flagsOfEncryption.strong | flagsOfEncryption.masked)) !== 0)
    return entryIssue(name, "encrypted", "is encrypted");
  if (method !== 0 && method !== 8)
    return entryIssue(name, "unreadable", `is packed by method ${method}; only deflate and no packing are read`);
  if (size === undefined || packed === undefined || entry.headerAt === undefined)
    return entryIssue(name, "unreadable", "says a size or position that no file has");
  if ((method === 0 && size !== packed) || (kind === "folder" && size > 0))
    return entryIssue(name, "unreadable", "says two things of its size");
  if (size > mib && size / Math.max(1, packed) > maxRatio) {
    return entryIssue(
      name,
      "too_large",
      `is ${Math.round(size / Math.max(1, packed))} times as large as it is packed; at most ${maxRatio} times is taken`,
    );
  }
  return undefined;
}

const header = { signature: 0x04034b50, length: 30, nameLengthAt: 26, extraLengthAt: 28 } as const;

/** Finds the bytes of an entry; the header before them must give it the same name, or two readers could see two files. @throws ZipError */
function locate(fd: number, entry: ZipEntry, path: string, end: number): PackedFile {
  const { size = 0, packedSize = 0, headerAt = 0, rawName } = entry;
  if (headerAt + header.length + rawName.length > end)
    throw new ZipError("it begins beyond the end of the zip's files");
  const bytes = readAt(fd, headerAt, header.length + rawName.length);
  if (bytes.readUInt32LE(0) !== header.signature) throw new ZipError("there is no entry where it should begin");
  const nameLength = bytes.readUInt16LE(header.nameLengthAt);
  if (nameLength !== rawName.length || !bytes.subarray(header.length).equals(rawName))
    throw new ZipError("it has another name where its bytes begin");
  const start = headerAt + bytes.length + bytes.readUInt16LE(header.extraLengthAt);
  if (start + packedSize > end) throw new ZipError("it is longer than the zip");
  const executable = (entry.mode & modes.executable) !== 0;
  return { path, size, executable, crc32: entry.crc32, packedSize, deflated: entry.method === 8, start };
}

/** Adds a file, folder or link to the tree; returns why it cannot lie beside the others. */
function addTo({ fd, tree, files, links }: Reader, kind: Kind, file: PackedFile): string | undefined {
  const { path } = file;
  if (kind === "folder") return tree.add(path, "folder");
  if (kind === "link") {
    const target = targetOf(fd, file);
    return tree.add(path, (place) => {
      const link: Link = { kind: "link", ...place, path, target, isUsed: false };
      links.push(link);
      return link;
    });
  }
  return tree.add(path, (place) => {
    files.push(file);
    return { kind: "file", ...place, file };
  });
}

const longestTarget = 900;

/** The path that a link leads to, which is its content. @throws ServiceError `invalid_bundle` when it cannot be unpacked. */
function targetOf(fd: number, file: PackedFile): string | undefined {
  return file.size > longestTarget ? undefined : Buffer.from(readWhole(fd, file, longestTarget)).toString("utf8");
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
    .map(({ path }) => entryIssue(path, "unreadable", "shares bytes with another entry"));
}
