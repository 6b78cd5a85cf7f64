/** Validates an entry of a zip by its record in the central directory. */
import type { Issue } from "../../core/issues.ts";
import type { BundleLimits } from "../bundle-file.ts";
import { entryIssue } from "../bundle-issue.ts";
import { pathProblem } from "./entry-path.ts";
import type { ZipEntry } from "./read-entries.ts";

/** Parts of a Unix mode. */
const modes = { type: 0o170000, file: 0o100000, folder: 0o040000, link: 0o120000, executable: 0o111 } as const;
/** Weak and strong encryption, and encryption of the central directory. */
const encryptionFlags = 0x1 | 0x40 | 0x2000;
const stored = 0;
const deflated = 8;
const mib = 1024 * 1024;

/** Whether the entry is a folder, a link or a file. `checkEntry` rejects any other type. */
export function entryKind({ mode }: ZipEntry, name: string): "file" | "folder" | "link" {
  if (isFolderName(name)) return "folder";
  return (mode & modes.type) === modes.link ? "link" : "file";
}

export function isExecutable({ mode }: ZipEntry): boolean {
  return (mode & modes.executable) !== 0;
}

function isFolderName(name: string): boolean {
  return name.endsWith("/") || name === "";
}

/** The first issue of an entry; undefined for a valid one. @param name normalized by `entryPath`. */
export function checkEntry(entry: ZipEntry, name: string, { maxRatio }: BundleLimits): Issue | undefined {
  const isFolder = isFolderName(name);
  const { size, packedSize, headerAt, method, flags } = entry;
  const problem = nameProblem(name);
  if (problem !== undefined) return entryIssue(name, "unsafe_path", problem);
  if (!isSupportedType(entry, isFolder))
    return entryIssue(name, "not_a_file", "is neither a file, a folder nor a link");
  if ((flags & encryptionFlags) !== 0) return entryIssue(name, "encrypted", "is encrypted");
  if (method !== stored && method !== deflated)
    return entryIssue(name, "unreadable", `has compression method ${method}; use deflate (8) or no compression (0)`);
  if (size === undefined || packedSize === undefined || headerAt === undefined)
    return entryIssue(name, "unreadable", "has an invalid size or position");
  if ((method === stored && size !== packedSize) || (isFolder && size > 0))
    return entryIssue(name, "unreadable", "has contradictory sizes");
  const ratio = size / Math.max(1, packedSize);
  if (size <= mib || ratio <= maxRatio) return undefined;
  const excess = `has a compression ratio of ${Math.round(ratio)}; at most ${maxRatio} is allowed`;
  return entryIssue(name, "too_large", excess);
}

function nameProblem(name: string): string | undefined {
  const path = name.endsWith("/") ? name.slice(0, -1) : name;
  // Some zips have an entry for the root folder, named `./` or `.\`.
  return path === "" && name !== "/" ? undefined : pathProblem(path);
}

/** False for devices, pipes, sockets, and a type that contradicts the name. */
function isSupportedType({ mode }: ZipEntry, isFolder: boolean): boolean {
  const type = mode & modes.type;
  if (type === 0) return true;
  return isFolder ? type === modes.folder : type === modes.file || type === modes.link;
}
