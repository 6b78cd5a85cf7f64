/** Reads and validates the central directory of a zip, and builds the tree of its files, folders and links. */
import type { Issue } from "../../core/issues.ts";
import type { BundleLimits, PackedFile } from "../bundle-file.ts";
import { entryIssue, invalidBundle, unreadableZip } from "../bundle-issue.ts";
import { createYielder } from "../yield-to-others.ts";
import { checkEntry, entryKind } from "./check-entry.ts";
import { decodeName } from "./decode-name.ts";
import { entryPath } from "./entry-path.ts";
import { createTreeBuilder, DuplicateEntryError, type Folder, type Link, type TreeBuilder } from "./file-tree.ts";
import { type DirectoryLocation, findDirectory } from "./find-directory.ts";
import { locateFile } from "./locate-file.ts";
import { readAt } from "./read-at.ts";
import { readEntries, type ZipEntry } from "./read-entries.ts";
import { readWhole } from "./unpack.ts";
import { ZipError } from "./zip-error.ts";

const maxIssues = 100;

export interface Directory {
  readonly root: Folder;
  /** In the order of the zip. */
  readonly files: readonly PackedFile[];
  readonly links: readonly Link[];
}

/**
 * @param size of the zip file in bytes.
 * @throws ServiceError `invalid_bundle` with an issue for each invalid entry.
 */
export async function readDirectory(fd: number, size: number, limits: BundleLimits): Promise<Directory> {
  const issues: Issue[] = [];
  const reader: Reader = { fd, tree: createTreeBuilder(limits), files: [], links: [], ranges: [] };
  const yieldIfDue = createYielder();
  try {
    const location = findDirectory(fd, size);
    checkSize(location, limits);
    const list = readAt(fd, location.start, location.size);
    let totalBytes = 0;
    for (const entry of readEntries(list, location.count)) {
      await yieldIfDue();
      const name = entryPath(decodeName(entry));
      const issue = checkEntry(entry, name, limits) ?? addEntry(reader, entry, name, location.start);
      if (issue === undefined) totalBytes += entry.size ?? 0;
      else issues.push(issue);
      if (totalBytes > limits.maxTotalBytes) {
        const problem = `exceeds the limit of ${limits.maxTotalBytes} unpacked bytes for all files`;
        issues.push(entryIssue(name, "too_large", problem));
        break;
      }
      if (issues.length >= maxIssues) break;
    }
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    issues.push(unreadableZip(error));
  }
  issues.push(...overlaps(reader.ranges));
  if (issues.length > 0) throw invalidBundle(issues);
  return { root: reader.tree.root, files: reader.files, links: reader.links };
}

interface Reader {
  readonly fd: number;
  readonly tree: TreeBuilder;
  readonly files: PackedFile[];
  readonly links: Link[];
  readonly ranges: EntryRange[];
}

function checkSize({ count, size }: DirectoryLocation, { maxEntries, maxDirectoryBytes }: BundleLimits): void {
  if (count > maxEntries) {
    const message = `The bundle has ${count} entries; at most ${maxEntries} are allowed.`;
    throw invalidBundle([{ pointer: "", code: "too_many", message }]);
  }
  if (size > maxDirectoryBytes) {
    const message = `The central directory of the bundle has ${size} bytes; at most ${maxDirectoryBytes} are allowed.`;
    throw invalidBundle([{ pointer: "", code: "too_large", message }]);
  }
}

/** Adds an entry; returns its issue if it cannot be added. @param end position of the central directory. */
function addEntry(reader: Reader, entry: ZipEntry, name: string, end: number): Issue | undefined {
  const path = name.endsWith("/") ? name.slice(0, -1) : name;
  try {
    const file = locateFile(reader.fd, entry, path, end);
    if (path !== "") addNode(reader, entryKind(entry, name), file);
    reader.ranges.push({ name, start: entry.headerAt ?? 0, end: file.start + file.packedSize });
    return undefined;
  } catch (error) {
    if (error instanceof ZipError) return entryIssue(name, "unreadable", `cannot be read: ${error.message}`);
    if (error instanceof DuplicateEntryError) return entryIssue(name, "duplicate_entry", error.message);
    throw error;
  }
}

/** @throws DuplicateEntryError; ServiceError `invalid_bundle` for a link that cannot be unpacked. */
function addNode({ fd, tree, files, links }: Reader, kind: "file" | "folder" | "link", file: PackedFile): void {
  const { path } = file;
  if (kind === "folder") tree.addFolder(path);
  else if (kind === "link") {
    const target = linkTarget(fd, file);
    tree.add(path, (location) => {
      const link: Link = { kind: "link", ...location, path, target, isUsed: false };
      links.push(link);
      return link;
    });
  } else
    tree.add(path, (location) => {
      files.push(file);
      return { kind: "file", ...location, file };
    });
}

const maxTargetBytes = 900;

/** The target of a link, which is its content; undefined if it is too long. */
function linkTarget(fd: number, file: PackedFile): string | undefined {
  return file.size > maxTargetBytes ? undefined : Buffer.from(readWhole(fd, file, maxTargetBytes)).toString("utf8");
}

/** The bytes of an entry in the zip file. */
interface EntryRange {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Issues of entries that share bytes, a technique of zip bombs. */
function overlaps(ranges: readonly EntryRange[]): readonly Issue[] {
  const inOrder = ranges.toSorted((a, b) => a.start - b.start);
  return inOrder
    .filter(({ start }, index) => index > 0 && start < (inOrder[index - 1]?.end ?? 0))
    .slice(0, maxIssues)
    .map(({ name }) => entryIssue(name, "unreadable", "shares bytes with another entry"));
}
