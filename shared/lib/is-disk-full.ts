import { statfs } from "node:fs/promises";
import { dirname } from "node:path";

/** Less space than this counts as none: programs need some to run. */
const leastBytes = 1024 * 1024;

/** True when the disk of a folder has no space left. For a missing folder its parent counts; false where the space is unknown. */
export async function isDiskFull(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize < leastBytes;
  } catch (error) {
    const above = dirname(folder);
    return (error as NodeJS.ErrnoException).code === "ENOENT" && above !== folder ? isDiskFull(above) : false;
  }
}
