/** Rules for the path of an entry: a plain path below the top of the bundle. */
import { isPlainPath } from "../../core/text/plain-path.ts";

/** A name without backslashes, which some Windows tools write, and without a leading `./`. */
export function entryPath(name: string): string {
  return name.replaceAll("\\", "/").replace(/^(?:\.\/)+/, "");
}

/** Most file systems take so many bytes in one part of a path. */
const longestPart = 255;
/** Deeper trees are made by programs that went wrong, or to make readers slow. */
const deepest = 100;

/** Why no file may have this path; undefined when one may. */
export function pathProblem(path: string): string | undefined {
  if (path.startsWith("/") || /^[a-zA-Z]:/.test(path)) return "is an absolute path";
  const parts = path.split("/");
  if (parts.includes("..")) return "leads out of the bundle";
  // The sign for bytes that are no text.
  if (!isPlainPath(path) || path.includes("\ufffd")) return "is not a plain path, or longer than 900 characters";
  if (parts.length > deepest) return `is in more than ${deepest} folders`;
  if (parts.some((part) => Buffer.byteLength(part) > longestPart))
    return `has a part of more than ${longestPart} bytes`;
  return undefined;
}
