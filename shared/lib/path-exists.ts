import { stat } from "node:fs/promises";
import { isErrno } from "./is-errno.ts";

/** Whether a file or folder exists. A broken link does not. */
export async function pathExists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return false;
    throw error;
  }
}
