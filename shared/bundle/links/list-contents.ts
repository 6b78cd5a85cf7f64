import type { BundleLimits, PackedFile } from "../bundle-file.ts";
import { entryIssue, invalidBundle } from "../bundle-issue.ts";
import type { FileNode, Folder, Link, Node, UnresolvedReason } from "../zip/file-tree.ts";
import { resolveLink } from "./resolve-link.ts";

/** A file below a folder. Its path is relative to the folder, or its name if the file itself is listed. */
export interface ListedFile {
  readonly path: string;
  readonly file: PackedFile;
}

/** A link that does not resolve, and its path relative to the folder. */
export interface UnresolvedLink {
  readonly path: string;
  readonly link: Link;
  readonly reason: UnresolvedReason;
}

export interface Contents {
  readonly files: readonly ListedFile[];
  readonly unresolved: readonly UnresolvedLink[];
  /** Number of files, folders and links. */
  readonly entryCount: number;
}

const maxPathLength = 900;

/**
 * Lists everything below a folder, with links resolved.
 * @param folderPath for messages.
 * @throws ServiceError `invalid_bundle` over a limit.
 */
export function listContents(
  folder: Folder,
  folderPath: string,
  { maxEntries, maxFolders, maxTotalBytes }: BundleLimits,
): Contents {
  const files: ListedFile[] = [];
  const unresolved: UnresolvedLink[] = [];
  let entryCount = 0;
  let bytes = 0;
  const tooMany = (excess: string) =>
    invalidBundle([
      entryIssue(
        folderPath === "" ? "." : folderPath,
        "too_many",
        `has ${excess} once its symbolic links are followed`,
      ),
    ]);
  for (const { path, node, via } of walk(folder)) {
    entryCount += 1;
    if (entryCount > maxEntries + maxFolders) throw tooMany(`more than ${maxEntries + maxFolders} files and folders`);
    if (path.length > maxPathLength) throw tooMany(`paths of more than ${maxPathLength} characters`);
    // Only links, and folders below linked folders, do not resolve.
    if (typeof node === "string") unresolved.push({ path, link: via as Link, reason: node });
    else if (node.kind === "file") {
      bytes += node.file.size;
      if (bytes > maxTotalBytes) throw tooMany(`more than ${maxTotalBytes} bytes`);
      files.push({ path, file: node.file });
    }
  }
  return { files, unresolved, entryCount };
}

interface Visited {
  /** Relative to the start of the walk. */
  readonly path: string;
  readonly node: Folder | FileNode | UnresolvedReason;
  /** The last link of the path. */
  readonly via: Link | undefined;
}

interface Position {
  readonly folder: Folder;
  /** Empty or with a slash at the end. */
  readonly path: string;
  readonly parent: Position | undefined;
  readonly via: Link | undefined;
}

/** Yields every file, folder and link, entries of a folder before entries of its subfolders. */
function* walk(start: Folder): Generator<Visited> {
  const pending: Position[] = [{ folder: start, path: "", parent: undefined, via: undefined }];
  for (let position = pending.pop(); position !== undefined; position = pending.pop()) {
    const folders: Position[] = [];
    for (const child of position.folder.children.values()) {
      const path = `${position.path}${child.name}`;
      const via = child.kind === "link" ? child : position.via;
      const node = nodeOf(child, position);
      if (typeof node === "object" && node.kind === "folder")
        folders.push({ folder: node, path: `${path}/`, parent: position, via });
      yield { path, node, via };
    }
    pending.push(...folders.reverse());
  }
}

/** The node of a child, with a link resolved; "cycle" for a folder that contains the position. */
function nodeOf(child: Node, position: Position): Folder | FileNode | UnresolvedReason {
  const node = child.kind === "link" ? resolveLink(child) : child;
  if (typeof node === "string" || node.kind === "file") return node;
  for (let at: Position | undefined = position; at !== undefined; at = at.parent)
    if (at.folder === node) return "cycle";
  return node;
}
