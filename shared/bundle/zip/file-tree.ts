/** The files, folders and links of a bundle as a tree: its size grows with the number of names, not with their depth. */
import type { BundleLimits, PackedFile } from "../bundle-file.ts";
import { entryIssue, invalidBundle } from "../bundle-issue.ts";

export interface Folder {
  readonly kind: "folder";
  readonly name: string;
  /** undefined for the top. */
  readonly parent: Folder | undefined;
  /** By their folded names. */
  readonly children: Map<string, Node>;
  /** Whether the zip has an entry for it. */
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
  /** Its path in the zip. */
  readonly path: string;
  /** As the link has it, unchecked; undefined when it is longer than a path may be. */
  readonly target: string | undefined;
  /** Where it leads, once it has been followed. */
  resolved?: Folder | FileNode | UnresolvedReason;
  /** Whether anything that is read contains it. */
  isUsed: boolean;
}

/** Why a link leads to no file or folder: out of the zip, back to itself or a folder around it, or to a path that the zip does not have. */
export type UnresolvedReason = "out" | "loop" | "nothing";

export type Node = Folder | FileNode | Link;

export function createTop(): Folder {
  return { kind: "folder", name: "", parent: undefined, children: new Map(), listed: false };
}

/** A name as the simplest file systems compare it: without case, and with accents in one form. */
function folded(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/** The child of this name, with accents in either form: macOS writes them apart, editors together. */
export function childOf(folder: Folder, name: string): Node | undefined {
  const child = folder.children.get(folded(name));
  return child !== undefined && (child.name === name || child.name.normalize("NFC") === name.normalize("NFC"))
    ? child
    : undefined;
}

export interface TreeBuilder {
  readonly top: Folder;
  /** Adds an entry, and the folders above it; returns what is wrong with it, or undefined. @throws ServiceError `invalid_bundle` over a limit. */
  add(
    path: string,
    make: "folder" | ((place: { readonly name: string; readonly parent: Folder }) => FileNode | Link),
  ): string | undefined;
}

/** Builds the tree, and finds entries that could not lie beside each other. */
export function createTreeBuilder({
  maxFolders,
  maxPathCharacters,
}: Pick<BundleLimits, "maxFolders" | "maxPathCharacters">): TreeBuilder {
  const top = createTop();
  let folders = 0;
  let characters = 0;
  const folderIn = (parent: Folder, name: string): Folder | string => {
    const key = folded(name);
    const existing = parent.children.get(key);
    if (existing?.kind === "folder" && existing.name === name) return existing;
    if (existing !== undefined) return clash(existing, name);
    folders += 1;
    if (folders > maxFolders)
      throw invalidBundle([
        {
          pointer: "",
          code: "too_many",
          message: `The bundle has more than ${maxFolders} folders, the most that are taken.`,
        },
      ]);
    const made: Folder = { kind: "folder", name, parent, children: new Map(), listed: false };
    parent.children.set(key, made);
    return made;
  };
  return {
    top,
    add(path, make) {
      characters += path.length;
      if (characters > maxPathCharacters)
        throw invalidBundle([
          entryIssue(path, "too_many", `brings the paths of the bundle over ${maxPathCharacters} characters together`),
        ]);
      const parts = path.split("/");
      const name = parts.pop() ?? "";
      let parent = top;
      for (const part of parts) {
        const found = folderIn(parent, part);
        if (typeof found === "string") return found;
        parent = found;
      }
      if (make === "folder") {
        const found = folderIn(parent, name);
        if (typeof found === "string") return found;
        if (found.listed) return "stands twice";
        found.listed = true;
        return undefined;
      }
      const existing = parent.children.get(folded(name));
      if (existing !== undefined)
        return existing.name === name && existing.kind !== "folder" ? "stands twice" : clash(existing, name);
      parent.children.set(folded(name), make({ name, parent }));
      return undefined;
    },
  };
}

function clash(existing: Node, name: string): string {
  if (existing.name !== name)
    return `differs from ${JSON.stringify(pathOf(existing))} only in case or in the form of accents`;
  return "is a file and a folder";
}

function pathOf(node: Node): string {
  const names = [node.name];
  for (let at = node.parent; at?.parent !== undefined; at = at.parent) names.unshift(at.name);
  return names.join("/");
}
