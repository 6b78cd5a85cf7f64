import { statfs } from "node:fs/promises";
import { dirname } from "node:path";

/** Less space than this is none: programs need some to go on. */
const leastBytes = 1024 * 1024;

/** True when the disk of a folder has no space left; of one that is not there yet, the folder above counts. False when nobody can say. */
export async function isFolderFull(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize < leastBytes;
  } catch (error) {
    const above = dirname(folder);
    return (error as NodeJS.ErrnoException).code === "ENOENT" && above !== folder ? isFolderFull(above) : false;
  }
}
