/** Reads a bundle: a zip on this machine's disk, which is never held in memory as a whole and never trusted. */
import { type FileHandle, open } from "node:fs/promises";
import type { Warning } from "../core/issues.ts";
import type { JobFilesReader } from "../core/job/load-job.ts";
import { type BundleLimits, defaultLimits, type PackedFile } from "./bundle-file.ts";
import { entryIssue, invalidBundle } from "./bundle-issue.ts";
import { type FoundRules, findIgnoreRules } from "./ignore/find-ignore-rules.ts";
import { costIssue } from "./ignore/ignore-cost.ts";
import type { IsIgnored } from "./ignore/ignore-file.ts";
import { type FileBelow, findNode, listContents } from "./links/follow-links.ts";
import { rejectInvalidLinks, skippedLinkWarnings } from "./links/link-issues.ts";
import type { Folder } from "./zip/file-tree.ts";
import { type Directory, readDirectory } from "./zip/read-directory.ts";
import { readWhole, unpack } from "./zip/unpack.ts";

/** An open zip; it has to be closed. */
export interface Bundle extends JobFilesReader {
  /** The files of the zip itself, without what links repeat. */
  readonly files: readonly PackedFile[];
  /** The file at a path, with links followed; undefined for a folder, and where there is nothing. @throws as `kind`. */
  file(path: string): PackedFile | undefined;
  /**
   * The files below a folder, or the file itself, with links followed; none for a path that is not there. What the rules ignore is still among
   * them, only a link that leads nowhere is not missed then.
   * @throws ServiceError `invalid_bundle` for a link that leads out of the zip or in a circle.
   */
  filesBelow(path: string, isIgnored?: IsIgnored): readonly FileBelow[];
  /** The rules of the ignore file at the top of a folder. */
  ignoreRules(folder: string): IsIgnored;
  /** The content of a file as it is unpacked. @throws ServiceError `invalid_bundle` when it cannot be unpacked. */
  stream(file: PackedFile): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a zip and judges its list of entries: every entry that cannot be taken is an issue with its name. The bytes of the files
 * are `checkContents`' to judge. @throws ServiceError `invalid_bundle`.
 */
export async function openBundle(path: string, given: Partial<BundleLimits> = {}): Promise<Bundle> {
  const limits = { ...defaultLimits, ...given };
  const handle = await open(path);
  try {
    const directory = await readDirectory(handle.fd, (await handle.stat()).size, limits);
    return bundleOf(handle, directory, limits);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function bundleOf(handle: FileHandle, { top, files, links }: Directory, limits: BundleLimits): Bundle {
  const { fd } = handle;
  const nodeAt = (path: string) => {
    const node = findNode(top, path);
    if (node?.kind === "astray") {
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
    findIgnoreRules((path) => (findNode(top, path)?.kind === "file" ? read(path) : undefined), folder);
  const checkFollowed = createFollowCheck(limits, ignoreRules);
  return {
    files,
    file: fileAt,
    kind: (path) => nodeAt(path)?.kind,
    read,
    filesBelow(path, isIgnored) {
      const node = nodeAt(path);
      if (node === undefined) return [];
      if (node.kind === "file") return [{ path: path.slice(path.lastIndexOf("/") + 1), file: node.file }];
      const { files: below, unresolved: astray } = listContents(node, path, limits);
      rejectInvalidLinks(astray, isIgnored);
      return below;
    },
    checkSymlinks(path) {
      const node = nodeAt(path);
      // Most zips have no links, and their folders need no look.
      if (links.length > 0 && node?.kind === "folder") checkFollowed(node, path);
    },
    unreadWarnings: (): readonly Warning[] => skippedLinkWarnings(links),
    ignoreRules: (folder) => ignoreRules(folder).isIgnored,
    stream: (file) => unpack(handle, file),
    close: () => handle.close(),
  };
}

/** A job may name many folders of a bundle that has links, and each is walked once; so many names may be walked in all. */
const maxNames = 300_000;

/** Checks a folder with its links followed. */
function createFollowCheck(
  limits: BundleLimits,
  ignoreRules: (folder: string) => FoundRules,
): (folder: Folder, path: string) => void {
  const known = new Set<Folder>();
  let names = 0;
  return (folder, path) => {
    if (known.has(folder)) return;
    known.add(folder);
    const contents = listContents(folder, path, limits);
    names += contents.entryCount;
    if (names > maxNames)
      throw invalidBundle([
        entryIssue(path, "too_many", `brings the files and folders behind links that the job reads over ${maxNames}`),
      ]);
    const rules = ignoreRules(path);
    const letters = contents.files.reduce((sum, file) => sum + file.path.length + 1, 0);
    if (rules.cost * letters > limits.maxIgnoreSteps)
      throw invalidBundle([costIssue(rules.path ?? path, contents.files.length)]);
    rejectInvalidLinks(contents.unresolved, rules.isIgnored);
  };
}
