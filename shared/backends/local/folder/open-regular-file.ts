import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { isErrno } from "./job-files.ts";

/** Opens a file of a job's for reading; undefined for what is no file, so that a job that puts a link, a pipe or a folder in its place stops nothing. */
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
