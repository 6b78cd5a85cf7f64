/**
 * Follows symbolic links inside a bundle, as the SDK does when it uploads a folder: the file or folder that a link leads to stands under the
 * path of the link. No link is ever made on a disk, and none leads out of the bundle.
 * @see traverse_directory and get_upload_files_from_folder in azure/ai/ml/_utils/_asset_utils.py
 */
import type { BundleLimits, PackedFile } from "../bundle-file.ts";
import { entryIssue, invalidBundle } from "../bundle-issue.ts";
import { childOf, type FileNode, type Folder, type Link, type UnresolvedReason } from "../zip/file-tree.ts";

/** The node at a path; `link` is the link on the way that leads elsewhere. */
export type Found =
  | Folder
  | FileNode
  | { readonly kind: "astray"; readonly link: Link; readonly why: UnresolvedReason }
  | undefined;

/** Finds what a plain path names, with all links on its way followed. */
export function findNode(top: Folder, path: string): Found {
  let at: Folder = top;
  const parts = path === "" ? [] : path.split("/");
  for (const [index, part] of parts.entries()) {
    const child = childOf(at, part);
    let node: Folder | FileNode | undefined;
    if (child?.kind === "link") {
      const leads = resolveLink(child);
      if (typeof leads === "string") return { kind: "astray", link: child, why: leads };
      node = leads;
    } else node = child;
    if (node?.kind !== "folder") return index === parts.length - 1 ? node : undefined;
    at = node;
  }
  return at;
}

/** Where a link leads. Each link of a bundle is walked once, however many lead through it. */
export function resolveLink(link: Link): Folder | FileNode | UnresolvedReason {
  link.isUsed = true;
  const waiting = link.resolved === undefined ? [link] : [];
  const inWork = new Set(waiting);
  for (let last = waiting.at(-1); last !== undefined; last = waiting.at(-1)) {
    const next = last.resolved === undefined ? walkTarget(last) : undefined;
    if (next === undefined) {
      waiting.pop();
      inWork.delete(last);
    } else if (inWork.has(next)) next.resolved = "loop";
    else {
      waiting.push(next);
      inWork.add(next);
    }
  }
  return link.resolved ?? "nothing";
}

/** Walks the target of a link and notes where it leads; returns a link on the way that has to be walked first. */
function walkTarget(link: Link): Link | undefined {
  const { target, parent } = link;
  if (target === undefined || target.startsWith("/") || /^[a-zA-Z]:/.test(target)) {
    link.resolved = target === undefined ? "nothing" : "out";
    return undefined;
  }
  let at: Folder | FileNode = parent;
  for (const part of target.split("/")) {
    if (part === "" || part === ".") continue;
    if (at.kind === "file") return notHere(link, "nothing");
    if (part === "..") {
      if (at.parent === undefined) return notHere(link, "out");
      at = at.parent;
      continue;
    }
    const child = childOf(at, part);
    if (child === undefined) return notHere(link, "nothing");
    if (child.kind !== "link") {
      at = child;
      continue;
    }
    if (child.resolved === undefined) return child;
    child.isUsed ||= link.isUsed;
    if (typeof child.resolved === "string") return notHere(link, child.resolved);
    at = child.resolved;
  }
  link.resolved = at;
  return undefined;
}

function notHere(link: Link, why: UnresolvedReason): undefined {
  link.resolved = why;
  return undefined;
}

/** A file below a folder, by its path from there; a file that was named itself, by its name. */
export interface FileBelow {
  readonly path: string;
  readonly file: PackedFile;
}

/** A link that leads to no file or folder, by its path from the folder. */
export interface UnresolvedLink {
  readonly path: string;
  readonly link: Link;
  readonly why: UnresolvedReason;
}

export interface Contents {
  readonly files: readonly FileBelow[];
  readonly unresolved: readonly UnresolvedLink[];
  /** How many files, folders and links were walked. */
  readonly entryCount: number;
}

const longestPath = 900;

interface Place {
  readonly folder: Folder;
  readonly path: string;
  readonly around: Place | undefined;
  /** The last link on the way here. */
  readonly via: Link | undefined;
}

/** All files below a folder, those behind its links too. @param from the folder's path, for messages. @throws ServiceError `invalid_bundle` over a limit. */
export function listContents(
  start: Folder,
  from: string,
  { maxEntries, maxFolders, maxTotalBytes }: BundleLimits,
): Contents {
  const found = { files: [] as FileBelow[], unresolved: [] as UnresolvedLink[], entryCount: 0 };
  let bytes = 0;
  const tooMuch = (what: string) =>
    invalidBundle([
      entryIssue(from === "" ? "." : from, "too_many", `has ${what} once its symbolic links are followed`),
    ]);
  const places: Place[] = [{ folder: start, path: "", around: undefined, via: undefined }];
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const inside: Place[] = [];
    for (const child of place.folder.children.values()) {
      found.entryCount += 1;
      if (found.entryCount > maxEntries + maxFolders)
        throw tooMuch(`more than ${maxEntries + maxFolders} files and folders`);
      const path = `${place.path}${child.name}`;
      if (path.length > longestPath) throw tooMuch(`paths of more than ${longestPath} characters`);
      const node = child.kind === "link" ? resolveLink(child) : child;
      const via = child.kind === "link" ? child : place.via;
      if (typeof node === "string") found.unresolved.push({ path, link: via as Link, why: node });
      else if (node.kind === "folder") {
        if (isAround(place, node)) found.unresolved.push({ path, link: via as Link, why: "loop" });
        else inside.push({ folder: node, path: `${path}/`, around: place, via });
      } else {
        bytes += node.file.size;
        if (bytes > maxTotalBytes) throw tooMuch(`more than ${maxTotalBytes} bytes`);
        found.files.push({ path, file: node.file });
      }
    }
    places.push(...inside.reverse());
  }
  return found;
}

function isAround(place: Place, folder: Folder): boolean {
  for (let at: Place | undefined = place; at !== undefined; at = at.around) if (at.folder === folder) return true;
  return false;
}
