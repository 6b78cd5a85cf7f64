/** The folders in which bundles lie while they are judged or uploaded. A killed process leaves them behind, and the next start removes them. */
import { createHash } from "node:crypto";
import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "jobgate-bundle-";
/** No call uses a folder longer: functions are ended after five minutes (host.json). */
const oldMs = 3_600_000;

/** Containers can share a folder for temporary files, and number their processes alike. */
const machine = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

/** Gives a new folder to `use`, and removes it when that has ended, however it ended. */
export async function withTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${machine}-${process.pid}-`));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Removes folders of this user that no process uses any more: those of a process of this machine that has ended, and those of unknown origin that
 * nothing wrote to for an hour. Never throws: a folder that cannot be removed is left to the next start.
 */
export async function sweepTemporaryFolders(now = Date.now()): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names.filter((each) => each.startsWith(prefix)))
    await sweepOne(join(tmpdir(), name), name, now).catch(() => undefined);
}

async function sweepOne(folder: string, name: string, now: number): Promise<void> {
  const found = await lstat(folder);
  if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid())) return;
  const [, where, id] = /^([0-9a-f]{8})-(\d+)-/.exec(name.slice(prefix.length)) ?? [];
  if (where === machine && !isAlive(Number(id))) return rm(folder, { recursive: true, force: true });
  const times = [found.mtimeMs];
  for (const file of await readdir(folder)) times.push((await lstat(join(folder, file))).mtimeMs);
  if (now - Math.max(...times) > oldMs) await rm(folder, { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
