/** The files, folders and links of a bundle as a tree. Its size is proportional to the number of names. */
import type { BundleLimits, PackedFile } from "../bundle-file.ts";
import { entryIssue, invalidBundle } from "../bundle-issue.ts";

export interface Folder {
  readonly kind: "folder";
  readonly name: string;
  /** Undefined for the top folder. */
  readonly parent: Folder | undefined;
  /** By folded name. */
  readonly children: Map<string, Node>;
  /** Whether the zip has an entry of its own for the folder. */
  listed: boolean;
}

export interface FileNode {
  readonly kind: "file";
  readonly name: string;
  readonly parent: Folder;
  readonly file: PackedFile;
}

/** A symbolic link. */
export interface Link {
  readonly kind: "link";
  readonly name: string;
  readonly parent: Folder;
  /** Path of the link in the zip. */
  readonly path: string;
  /** The target as stored, not validated; undefined if it is longer than a path may be. */
  readonly target: string | undefined;
  /** The node that the link resolves to, or the reason why it does not; undefined until it has been resolved. */
  resolved?: Folder | FileNode | UnresolvedReason;
  /** Whether a path that the job reads contains the link. */
  isUsed: boolean;
}

/**
 * Why a link does not resolve: its target is outside the zip, is the link itself or a folder around it, or does not
 * exist.
 */
export type UnresolvedReason = "out" | "loop" | "nothing";

export type Node = Folder | FileNode | Link;

export function createTop(): Folder {
  return { kind: "folder", name: "", parent: undefined, children: new Map(), listed: false };
}

/** A name as a case-insensitive file system compares it, with accents in one form. */
function folded(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/** The child of this name. Accents match in either form: macOS writes decomposed names, editors composed ones. */
export function childOf(folder: Folder, name: string): Node | undefined {
  const child = folder.children.get(folded(name));
  return child !== undefined && (child.name === name || child.name.normalize("NFC") === name.normalize("NFC"))
    ? child
    : undefined;
}

/** Thrown for an entry that conflicts with another one. The message follows the name of the entry. */
export class DuplicateEntryError extends Error {
  override readonly name = "DuplicateEntryError";
}

/** Both methods also add the folders above. @throws DuplicateEntryError; ServiceError `invalid_bundle` over a limit. */
export interface TreeBuilder {
  readonly top: Folder;
  addFolder(path: string): void;
  add(path: string, create: (place: Place) => FileNode | Link): void;
}

interface Place {
  readonly name: string;
  readonly parent: Folder;
}

/** Builds the tree entry by entry, and rejects entries that cannot exist side by side on all file systems. */
export function createTreeBuilder({
  maxFolders,
  maxPathCharacters,
}: Pick<BundleLimits, "maxFolders" | "maxPathCharacters">): TreeBuilder {
  const top = createTop();
  let folders = 0;
  let characters = 0;

  function findOrCreateFolder(parent: Folder, name: string): Folder {
    const key = folded(name);
    const existing = parent.children.get(key);
    if (existing?.kind === "folder" && existing.name === name) return existing;
    if (existing !== undefined) throw conflict(existing, name);
    folders += 1;
    if (folders > maxFolders)
      throw invalidBundle([
        {
          pointer: "",
          code: "too_many",
          message: `The bundle has more than ${maxFolders} folders, the maximum.`,
        },
      ]);
    const folder: Folder = { kind: "folder", name, parent, children: new Map(), listed: false };
    parent.children.set(key, folder);
    return folder;
  }

  function placeOf(path: string): Place {
    characters += path.length;
    if (characters > maxPathCharacters)
      throw invalidBundle([
        entryIssue(path, "too_many", `brings the paths of the bundle to more than ${maxPathCharacters} characters`),
      ]);
    const names = path.split("/");
    const name = names.pop() ?? "";
    let parent = top;
    for (const folder of names) parent = findOrCreateFolder(parent, folder);
    return { name, parent };
  }

  return {
    top,
    addFolder(path) {
      const { name, parent } = placeOf(path);
      const folder = findOrCreateFolder(parent, name);
      if (folder.listed) throw new DuplicateEntryError(twice);
      folder.listed = true;
    },
    add(path, create) {
      const { name, parent } = placeOf(path);
      const key = folded(name);
      const existing = parent.children.get(key);
      if (existing?.name === name && existing.kind !== "folder") throw new DuplicateEntryError(twice);
      if (existing !== undefined) throw conflict(existing, name);
      parent.children.set(key, create({ name, parent }));
    },
  };
}

const twice = "is in the zip twice";

/** The error of an entry whose name is the same as, or too similar to, that of a node of another kind. */
function conflict(existing: Node, name: string): DuplicateEntryError {
  if (existing.name !== name)
    return new DuplicateEntryError(
      `differs from ${JSON.stringify(pathOf(existing))} only in case or in the form of accents`,
    );
  return new DuplicateEntryError("is both a file and a folder");
}

function pathOf(node: Node): string {
  const names = [node.name];
  for (let at = node.parent; at?.parent !== undefined; at = at.parent) names.unshift(at.name);
  return names.join("/");
}
