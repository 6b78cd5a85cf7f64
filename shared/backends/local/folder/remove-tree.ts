import { randomUUID } from "node:crypto";
import { chmod, lstat, mkdir, readdir, rename, rm, rmdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isErrno } from "./job-files.ts";

/** How much deeper than the folder itself a path may be before it is moved up: with one name more, no system refuses it. */
const longestWithin = 400;
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
  const places: Places = { shallow: Buffer.from(shallow), longest: Buffer.byteLength(shallow) + longestWithin };
  await removeAny(Buffer.from(path), places);
  for (let left = await readdir(shallow); left.length > 0; left = await readdir(shallow)) {
    for (const name of left) await removeAny(Buffer.from(join(shallow, name)), places);
  }
  await rmdir(shallow);
}

interface Places {
  readonly shallow: Buffer;
  /** The longest path that is not moved up. */
  readonly longest: number;
}

async function removeAny(path: Buffer, places: Places): Promise<void> {
  try {
    if ((await lstat(path)).isDirectory()) await removeFolder(path, places);
    else await unlink(path);
  } catch (error) {
    // The first try is still at it where it was not stopped.
    if (!isErrno(error, "ENOENT")) throw error;
  }
}

async function removeFolder(path: Buffer, places: Places): Promise<void> {
  // Of a mode that its owner may not read or change, as a job can leave it.
  await chmod(path, 0o700);
  if (path.length > places.longest)
    return rename(path, Buffer.concat([places.shallow, slash, Buffer.from(randomUUID())]));
  for (const name of await readdir(path, { encoding: "buffer" }))
    await removeAny(Buffer.concat([path, slash, name]), places);
  await rmdir(path);
}
