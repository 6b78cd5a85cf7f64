import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { isErrno } from "../../../lib/is-errno.ts";

/** Opens a file for reading; undefined if it is missing, or if the job replaced it by a link, a pipe or a folder. */
export async function openRegularFile(file: string): Promise<FileHandle | undefined> {
  try {
    const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    return undefined;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ELOOP", "EACCES")) return undefined;
    throw error;
  }
}
