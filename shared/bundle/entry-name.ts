/** What an entry of a zip may be called: a plain path below the bundle, that every file system keeps apart from the others. */
import { isPlainPath } from "../core/plain-path.ts";

/** A name without backslashes, which some Windows tools write, and without a leading `./`. */
export function entryPath(name: string): string {
  return name.replaceAll("\\", "/").replace(/^(?:\.\/)+/, "");
}

/** Most file systems take so many bytes in one part of a path. */
const longestPart = 255;

/** Why no file may have this path; undefined when one may. */
export function pathProblem(path: string): string | undefined {
  if (path.startsWith("/") || /^[a-zA-Z]:/.test(path)) return "is an absolute path";
  const parts = path.split("/");
  if (parts.includes("..")) return "leads out of the bundle";
  // The sign for bytes that are no text.
  if (!isPlainPath(path) || path.includes("\ufffd")) return "is not a plain path, or longer than 900 characters";
  if (parts.some((part) => Buffer.byteLength(part) > longestPart)) return `has a part of more than ${longestPart} bytes`;
  return undefined;
}

/** Tells names apart as the least able file system does: without case, and with accents in one form. */
function folded(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

export type EntryKind = "file" | "folder";

export interface EntryNames {
  /** Takes a path in, its folders included; what is wrong with it, or undefined. */
  add(path: string, kind: EntryKind): string | undefined;
}

/** Finds entries that could not lie beside each other. */
export function createEntryNames(): EntryNames {
  const known = new Map<string, { readonly path: string; readonly kind: EntryKind; readonly listed: boolean }>();
  const addOne = (path: string, kind: EntryKind, listed: boolean): string | undefined => {
    const key = folded(path);
    const there = known.get(key);
    if (there !== undefined && there.path !== path) return `differs from ${JSON.stringify(there.path)} only in case or in the form of accents`;
    if (there !== undefined && there.kind !== kind) return `is a file and a folder`;
    if (there?.listed === true && listed) return "stands twice";
    known.set(key, { path, kind, listed: listed || there?.listed === true });
    return undefined;
  };
  return {
    add(path, kind) {
      for (let at = path.indexOf("/"); at > 0; at = path.indexOf("/", at + 1)) {
        const problem = addOne(path.slice(0, at), "folder", false);
        if (problem !== undefined) return problem;
      }
      return addOne(path, kind, true);
    },
  };
}
