import { stat } from "node:fs/promises";
import { isErrno } from "./is-errno.ts";

/** True if a file or folder exists; false for a broken symbolic link. */
export async function pathExists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return false;
    throw error;
  }
}
