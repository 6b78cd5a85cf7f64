/**
 * Temporary folders for bundles that are being validated or uploaded. The next start deletes the folders of a killed
 * process.
 */
import { createHash } from "node:crypto";
import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "jobgate-bundle-";
/** Longer than any function runs: functions time out after five minutes (host.json). */
const maxIdleMs = 3_600_000;

/** Distinguishes containers that share a temporary folder: their process ids can be the same. */
const machine = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

/** Calls `use` with a new folder, and removes the folder afterwards, also after an error. */
export async function withTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${machine}-${process.pid}-`));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Deletes unused folders of this user: folders of an ended process of this machine, and folders without a write in the
 * last hour. Never throws: the next start retries a folder that could not be deleted.
 */
export async function sweepTemporaryFolders(now = Date.now()): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names.filter((each) => each.startsWith(prefix)))
    await deleteIfUnused(join(tmpdir(), name), name, now).catch(() => undefined);
}

async function deleteIfUnused(folder: string, name: string, now: number): Promise<void> {
  const stats = await lstat(folder);
  if (!stats.isDirectory() || (process.getuid !== undefined && stats.uid !== process.getuid())) return;
  const [, folderMachine, pid] = /^([0-9a-f]{8})-(\d+)-/.exec(name.slice(prefix.length)) ?? [];
  if (folderMachine === machine && !isRunning(Number(pid))) return rm(folder, { recursive: true, force: true });
  const times = [stats.mtimeMs];
  for (const file of await readdir(folder)) times.push((await lstat(join(folder, file))).mtimeMs);
  if (now - Math.max(...times) > maxIdleMs) await rm(folder, { recursive: true, force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
