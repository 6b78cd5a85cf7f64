/**
 * Resolves symbolic links inside a bundle, as the Azure ML SDK does when it uploads a folder. No link is created on
 * disk, and links to paths outside the bundle are rejected.
 * @see traverse_directory and get_upload_files_from_folder in azure/ai/ml/_utils/_asset_utils.py
 */
import { childOf, type FileNode, type Folder, type Link, type UnresolvedReason } from "../zip/file-tree.ts";

/**
 * The node at a path, or the first link of the path that does not resolve; undefined for a path that does not exist.
 */
export type FoundNode =
  | Folder
  | FileNode
  | { readonly kind: "unresolved"; readonly link: Link; readonly reason: UnresolvedReason }
  | undefined;

/** Finds the node at a path without `.` and `..`, and resolves the links in the path. */
export function findNode(root: Folder, path: string): FoundNode {
  let at: Folder = root;
  const names = path === "" ? [] : path.split("/");
  for (const [index, name] of names.entries()) {
    const child = childOf(at, name);
    let node: Folder | FileNode | undefined;
    if (child?.kind === "link") {
      const resolved = resolveLink(child);
      if (typeof resolved === "string") return { kind: "unresolved", link: child, reason: resolved };
      node = resolved;
    } else node = child;
    if (node?.kind !== "folder") return index === names.length - 1 ? node : undefined;
    at = node;
  }
  return at;
}

/** The node at the target of a link. The result is stored in the link, so each link of a bundle is resolved once. */
export function resolveLink(link: Link): Folder | FileNode | UnresolvedReason {
  link.isUsed = true;
  const pending = link.resolved === undefined ? [link] : [];
  const inProgress = new Set(pending);
  for (let last = pending.at(-1); last !== undefined; last = pending.at(-1)) {
    const target = last.resolved ?? followTarget(last);
    if (typeof target === "string" || target.kind !== "link") {
      last.resolved = target;
      pending.pop();
      inProgress.delete(last);
    } else if (inProgress.has(target)) target.resolved = "cycle";
    else {
      pending.push(target);
      inProgress.add(target);
    }
  }
  return link.resolved ?? "missing";
}

/** Follows the target path; returns the final node, or the first link that must be resolved before it. */
function followTarget(link: Link): Folder | FileNode | Link | UnresolvedReason {
  const { target, parent } = link;
  if (target === undefined) return "missing";
  if (target.startsWith("/") || /^[a-zA-Z]:/.test(target)) return "outside";
  let at: Folder | FileNode = parent;
  for (const name of target.split("/")) {
    if (name === "" || name === ".") continue;
    let next = step(at, name);
    if (typeof next === "object" && next.kind === "link") {
      if (next.resolved === undefined) return next;
      next.isUsed ||= link.isUsed;
      next = next.resolved;
    }
    if (typeof next === "string") return next;
    at = next;
  }
  return at;
}

function step(at: Folder | FileNode, name: string): Folder | FileNode | Link | UnresolvedReason {
  if (at.kind === "file") return "missing";
  if (name === "..") return at.parent ?? "outside";
  return childOf(at, name) ?? "missing";
}
