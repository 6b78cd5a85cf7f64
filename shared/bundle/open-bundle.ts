/** Reads a bundle: an untrusted zip on the local disk. It is never held in memory as a whole. */
import { type FileHandle, open } from "node:fs/promises";
import type { Warning } from "../core/issues.ts";
import type { JobFilesReader } from "../core/job/load-job.ts";
import { type BundleLimits, defaultLimits, type PackedFile } from "./bundle-file.ts";
import { entryIssue, invalidBundle } from "./bundle-issue.ts";
import { type FoundRules, findIgnoreRules } from "./ignore/find-ignore-rules.ts";
import { costIssue } from "./ignore/ignore-cost.ts";
import type { IsIgnored } from "./ignore/ignore-file.ts";
import { rejectInvalidLinks, skippedLinkWarnings } from "./links/link-issues.ts";
import { type ListedFile, listContents } from "./links/list-contents.ts";
import { findNode } from "./links/resolve-link.ts";
import type { Folder } from "./zip/file-tree.ts";
import { type Directory, readDirectory } from "./zip/read-directory.ts";
import { readWhole, unpack } from "./zip/unpack.ts";

/** An open zip, which the caller must close. */
export interface Bundle extends JobFilesReader {
  /** The files of the zip, each once, without the paths through links. */
  readonly files: readonly PackedFile[];
  /**
   * The file at a path, with links resolved; undefined for a folder or a missing path.
   * @throws the errors of `kind`.
   */
  file(path: string): PackedFile | undefined;
  /**
   * The files below a folder, or the file itself, with links resolved; none for a missing path. Ignored files are
   * included; the rules only exempt invalid links.
   * @throws ServiceError `invalid_bundle` for a circular link or a link out of the zip that is not ignored.
   */
  filesBelow(path: string, isIgnored?: IsIgnored): readonly ListedFile[];
  /** The rules of the ignore file of a folder. */
  ignoreRules(folder: string): IsIgnored;
  /** The unpacked content of a file. @throws ServiceError `invalid_bundle` when it cannot be unpacked. */
  stream(file: PackedFile): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a zip and validates its central directory, but not the content of the files.
 * @throws ServiceError `invalid_bundle` with an issue for each invalid entry.
 * @see checkContents
 */
export async function openBundle(path: string, overrides: Partial<BundleLimits> = {}): Promise<Bundle> {
  const limits = { ...defaultLimits, ...overrides };
  const handle = await open(path);
  try {
    const directory = await readDirectory(handle.fd, (await handle.stat()).size, limits);
    return bundleOf(handle, directory, limits);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function bundleOf(handle: FileHandle, { root, files, links }: Directory, limits: BundleLimits): Bundle {
  const { fd } = handle;
  const nodeAt = (path: string) => {
    const node = findNode(root, path);
    if (node?.kind === "unresolved") {
      rejectInvalidLinks([node]);
      return undefined;
    }
    return node;
  };
  const fileAt = (path: string): PackedFile | undefined => {
    const node = nodeAt(path);
    return node?.kind === "file" ? node.file : undefined;
  };
  const read = (path: string): Uint8Array | undefined => {
    const file = fileAt(path);
    return file === undefined ? undefined : readWhole(fd, file, limits.maxReadBytes);
  };
  const ignoreRules = (folder: string) =>
    findIgnoreRules((path) => (findNode(root, path)?.kind === "file" ? read(path) : undefined), folder);
  const checkFolder = createFolderCheck(limits, ignoreRules);
  return {
    files,
    file: fileAt,
    kind: (path) => nodeAt(path)?.kind,
    read,
    names(folder) {
      const node = findNode(root, folder);
      const children = node?.kind === "folder" ? [...node.children.values()] : [];
      // Without links, because a suggested one may be invalid.
      return children.flatMap(({ kind, name }) => (kind === "link" ? [] : [name]));
    },
    filesBelow(path, isIgnored) {
      const node = nodeAt(path);
      if (node === undefined) return [];
      if (node.kind === "file") return [{ path: path.slice(path.lastIndexOf("/") + 1), file: node.file }];
      const contents = listContents(node, path, limits);
      rejectInvalidLinks(contents.unresolved, isIgnored);
      return contents.files;
    },
    checkSymlinks(path) {
      const node = nodeAt(path);
      // The folders of a zip without links have already been validated.
      if (links.length > 0 && node?.kind === "folder") checkFolder(node, path);
    },
    unreadWarnings: (): readonly Warning[] => skippedLinkWarnings(links),
    ignoreRules: (folder) => ignoreRules(folder).isIgnored,
    stream: (file) => unpack(handle, file),
    close: () => handle.close(),
  };
}

/**
 * Maximum number of entries that all folder checks of a bundle visit: a job can use many folders with links to each
 * other.
 */
const maxVisitedEntries = 300_000;

/** Checks each folder once, with its links resolved. */
function createFolderCheck(
  limits: BundleLimits,
  ignoreRules: (folder: string) => FoundRules,
): (folder: Folder, path: string) => void {
  const checked = new Set<Folder>();
  let visitedEntries = 0;
  return (folder, path) => {
    if (checked.has(folder)) return;
    checked.add(folder);
    const { files, unresolved, entryCount } = listContents(folder, path, limits);
    visitedEntries += entryCount;
    if (visitedEntries > maxVisitedEntries)
      throw invalidBundle([
        entryIssue(
          path,
          "too_many",
          `exceeds the limit of ${maxVisitedEntries} files and folders that the job uses, with links followed`,
        ),
      ]);
    const rules = ignoreRules(path);
    const characters = files.reduce((sum, file) => sum + file.path.length + 1, 0);
    if (rules.cost * characters > limits.maxIgnoreSteps)
      throw invalidBundle([costIssue(rules.path ?? path, files.length)]);
    rejectInvalidLinks(unresolved, rules.isIgnored);
  };
}
