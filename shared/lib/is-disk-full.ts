import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { isErrno } from "./is-errno.ts";

/** A disk with less free space counts as full, because programs need some to run. */
const minFreeBytes = 1024 * 1024;

/**
 * True if the disk that contains `folder`, or its nearest existing parent, is full; false if the free space is unknown.
 */
export async function isDiskFull(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize < minFreeBytes;
  } catch (error) {
    const parent = dirname(folder);
    return isErrno(error, "ENOENT") && parent !== folder ? isDiskFull(parent) : false;
  }
}
