import { randomUUID } from "node:crypto";
import { chmod, lstat, mkdir, readdir, rename, rm, rmdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isErrno } from "../../../lib/is-errno.ts";

/** Longest path below `shallow`, in bytes, before a folder is moved up. Every system accepts one more name in it. */
const maxDepthBytes = 400;
const slash = Buffer.from("/");

/**
 * Removes a folder with everything that a job can create in it: names that are not UTF-8, paths that are longer than
 * the system allows, folders without permissions. A missing folder is a success.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    // Faster, and nearly always sufficient.
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (isErrno(error, "ENOENT")) return;
    await removeUnusualTree(path);
  }
}

async function removeUnusualTree(path: string): Promise<void> {
  const shallow = join(dirname(path), `.${randomUUID()}`);
  await mkdir(shallow, { mode: 0o700 });
  const paths: RemovalPaths = { shallow: Buffer.from(shallow), maxBytes: Buffer.byteLength(shallow) + maxDepthBytes };
  await removeEntry(Buffer.from(path), paths);
  for (let names = await readdir(shallow); names.length > 0; names = await readdir(shallow)) {
    for (const name of names) await removeEntry(Buffer.from(join(shallow, name)), paths);
  }
  await rmdir(shallow);
}

interface RemovalPaths {
  /** Folders that are too deep are moved into this folder, to shorten their paths. */
  readonly shallow: Buffer;
  /** The longest path of a folder that is not moved. */
  readonly maxBytes: number;
}

async function removeEntry(path: Buffer, paths: RemovalPaths): Promise<void> {
  try {
    if ((await lstat(path)).isDirectory()) await removeFolder(path, paths);
    else await unlink(path);
  } catch (error) {
    // The failed `rm` may still be removing other entries.
    if (!isErrno(error, "ENOENT")) throw error;
  }
}

async function removeFolder(path: Buffer, paths: RemovalPaths): Promise<void> {
  // A job can leave folders that their owner may not read or change.
  await chmod(path, 0o700);
  if (path.length > paths.maxBytes)
    return rename(path, Buffer.concat([paths.shallow, slash, Buffer.from(randomUUID())]));
  for (const name of await readdir(path, { encoding: "buffer" }))
    await removeEntry(Buffer.concat([path, slash, name]), paths);
  await rmdir(path);
}
