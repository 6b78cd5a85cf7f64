import { randomUUID } from "node:crypto";
import { chmod, lstat, mkdir, readdir, rename, rm, rmdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isErrno } from "./job-files.ts";

/** A path of this length leaves room for one name more, and is shorter than what any system allows. */
const longestPath = 1_000;
const slash = Buffer.from("/");

/**
 * Removes a folder with all that a job can put there: names that are no text, paths longer than the system takes, folders that
 * may not be read. A folder that is not there is a success.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    // Nearly always enough, and quicker.
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (isErrno(error, "ENOENT")) return;
    await removeOddTree(path);
  }
}

async function removeOddTree(path: string): Promise<void> {
  // Folders that are too deep are moved up here, where their paths are short again.
  const shallow = join(dirname(path), `.${randomUUID()}`);
  await mkdir(shallow, { mode: 0o700 });
  await removeAny(Buffer.from(path), Buffer.from(shallow));
  for (let left = await readdir(shallow); left.length > 0; left = await readdir(shallow)) {
    for (const name of left) await removeAny(Buffer.from(join(shallow, name)), Buffer.from(shallow));
  }
  await rmdir(shallow);
}

async function removeAny(path: Buffer, shallow: Buffer): Promise<void> {
  try {
    if (!(await lstat(path)).isDirectory()) return await unlink(path);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return;
    throw error;
  }
  // Of a mode that its owner may not read or change, as a job can leave it.
  await chmod(path, 0o700);
  if (path.length > longestPath) return rename(path, Buffer.concat([shallow, slash, Buffer.from(randomUUID())]));
  for (const name of await readdir(path, { encoding: "buffer" })) await removeAny(Buffer.concat([path, slash, name]), shallow);
  await rmdir(path);
}
