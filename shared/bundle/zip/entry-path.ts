/** Rules for the paths of zip entries. */
import { isBlobSafePath } from "../../core/text/blob-safe-path.ts";

/** The path of a name: with slashes for the backslashes of some Windows tools, without a leading `./`. */
export function entryPath(name: string): string {
  return name.replaceAll("\\", "/").replace(/^(?:\.\/)+/, "");
}

/** Bytes of a file or folder name; the limit of most file systems. */
const maxNameBytes = 255;
/** Limits the processing time of malformed or malicious zips. */
const maxFolders = 100;

/** The reason why a path is not valid; undefined for a valid path. */
export function pathProblem(path: string): string | undefined {
  if (path.startsWith("/") || /^[a-zA-Z]:/.test(path)) return "is an absolute path";
  const parts = path.split("/");
  if (parts.includes("..")) return 'contains ".."';
  // U+FFFD replaces bytes that are not valid text.
  if (!isBlobSafePath(path) || path.includes("\ufffd"))
    return 'has an empty segment, a segment ".", invalid characters, or more than 900 characters';
  if (parts.length > maxFolders) return `is in more than ${maxFolders} folders`;
  if (parts.some((part) => Buffer.byteLength(part) > maxNameBytes))
    return `has a part of more than ${maxNameBytes} bytes`;
  return undefined;
}
