/** The files, folders and links of a bundle as a tree. Its size is proportional to the number of names. */
import type { BundleLimits, PackedFile } from "../bundle-file.ts";
import { entryIssue, invalidBundle } from "../bundle-issue.ts";

export interface Folder {
  readonly kind: "folder";
  readonly name: string;
  /** Undefined for the root folder. */
  readonly parent: Folder | undefined;
  /** By comparable name. */
  readonly children: Map<string, Node>;
  /** Whether the zip has an entry for the folder itself. */
  hasEntry: boolean;
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
 * Why a link does not resolve: its target is outside the zip, is the link itself or a parent folder, or does not
 * exist.
 */
export type UnresolvedReason = "outside" | "cycle" | "missing";

export type Node = Folder | FileNode | Link;

export function createRoot(): Folder {
  return { kind: "folder", name: "", parent: undefined, children: new Map(), hasEntry: false };
}

/** A name as a case-insensitive file system compares it, with accents in one form. */
function comparableName(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/** The child of this name. Accents match in either form: macOS writes decomposed names, editors composed ones. */
export function childOf(folder: Folder, name: string): Node | undefined {
  const child = folder.children.get(comparableName(name));
  return child !== undefined && (child.name === name || child.name.normalize("NFC") === name.normalize("NFC"))
    ? child
    : undefined;
}

/** Thrown for an entry that conflicts with another one. In issues, the name of the entry precedes the message. */
export class DuplicateEntryError extends Error {
  override readonly name = "DuplicateEntryError";
}

/** Both methods also add parent folders. @throws DuplicateEntryError; ServiceError `invalid_bundle` over a limit. */
export interface TreeBuilder {
  readonly root: Folder;
  addFolder(path: string): void;
  add(path: string, create: (location: Location) => FileNode | Link): void;
}

interface Location {
  readonly name: string;
  readonly parent: Folder;
}

/** Builds the tree entry by entry, and rejects entries that cannot coexist on all file systems. */
export function createTreeBuilder({
  maxFolders,
  maxPathCharacters,
}: Pick<BundleLimits, "maxFolders" | "maxPathCharacters">): TreeBuilder {
  const root = createRoot();
  let folders = 0;
  let characters = 0;

  function findOrCreateFolder(parent: Folder, name: string): Folder {
    const key = comparableName(name);
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
    const folder: Folder = { kind: "folder", name, parent, children: new Map(), hasEntry: false };
    parent.children.set(key, folder);
    return folder;
  }

  function locate(path: string): Location {
    characters += path.length;
    if (characters > maxPathCharacters)
      throw invalidBundle([
        entryIssue(path, "too_many", `exceeds the limit of ${maxPathCharacters} characters for all paths`),
      ]);
    const names = path.split("/");
    const name = names.pop() ?? "";
    let parent = root;
    for (const folder of names) parent = findOrCreateFolder(parent, folder);
    return { name, parent };
  }

  return {
    root,
    addFolder(path) {
      const { name, parent } = locate(path);
      const folder = findOrCreateFolder(parent, name);
      if (folder.hasEntry) throw new DuplicateEntryError(duplicateText);
      folder.hasEntry = true;
    },
    add(path, create) {
      const { name, parent } = locate(path);
      const key = comparableName(name);
      const existing = parent.children.get(key);
      if (existing?.name === name && existing.kind !== "folder") throw new DuplicateEntryError(duplicateText);
      if (existing !== undefined) throw conflict(existing, name);
      parent.children.set(key, create({ name, parent }));
    },
  };
}

const duplicateText = "is in the zip twice";

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
