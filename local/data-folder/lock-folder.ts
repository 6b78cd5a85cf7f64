/** Ensures that only one service uses a data folder, because each start stops the Azurite of the folder. */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fetchLocal } from "../fetch-local.ts";
import { isRunning } from "../process-info.ts";
import { acquireLock, type LockHolder } from "./acquire-lock.ts";
import { createPrivateFolder } from "./create-private-folder.ts";

export interface FolderLock {
  /** Stores the URL of the service, which other starts on the folder print. */
  storeUrl(url: string): void;
  release(): void;
}

interface Owner {
  readonly pid: number;
  /** Missing until the service is ready. */
  readonly url?: string;
}

/**
 * Longest start of a version without the lock of acquire-lock.ts. An older service.json belongs to a start that was
 * killed, even if its pid is in use again.
 */
const longestStartMs = 120_000;

/**
 * Creates the folder, private to this user, and locks it. Files of a killed service do not prevent that.
 * @throws Error when the folder cannot be created or another service uses it.
 */
export async function lockFolder(data: string): Promise<FolderLock> {
  const file = join(data, "service.json");
  const write = (owner: Owner) => writeFileSync(file, JSON.stringify(owner), { mode: 0o600 });
  try {
    createPrivateFolder(data);
    const lock = await acquireLock(data);
    if (!lock.held) throw inUse(data, lock.holder.pid, readOwner(file));
    try {
      if (!isFileOf(lock.previousHolder, readOwner(file))) await checkOlderVersion(file, data);
      write({ pid: process.pid });
    } catch (error) {
      lock.release();
      throw error;
    }
    return {
      storeUrl: (url) => write({ pid: process.pid, url }),
      release: () => {
        if (readOwner(file)?.pid === process.pid) rmSync(file, { force: true });
        lock.release();
      },
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new Error(
      `The folder ${data} cannot be used: ${(error as Error).message}. Choose another folder with --data.`,
      { cause: error },
    );
  }
}

function readText(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function readOwner(file: string): Owner | undefined {
  try {
    return JSON.parse(readText(file) ?? "") as Owner;
  } catch {
    return undefined;
  }
}

/** True if the last holder of the lock, which has ended, wrote service.json. */
function isFileOf(holder: LockHolder | undefined, owner: Owner | undefined): boolean {
  return holder !== undefined && (owner === undefined || owner.pid === holder.pid);
}

function inUse(data: string, pid: number, owner: Owner | undefined): Error {
  if (owner?.pid !== pid || owner.url === undefined) return alreadyStarting(data, pid);
  return new Error(
    `The folder ${data} is in use by the service at ${owner.url} (process ${pid}). ` +
      "Stop that service, or choose another folder with --data.",
  );
}

function alreadyStarting(data: string, pid: number | undefined): Error {
  return new Error(
    `The folder ${data} is in use by a service that is starting${pid === undefined ? "" : ` (process ${pid})`}. ` +
      "Use that service, or choose another folder with --data.",
  );
}

/**
 * Versions without the lock of acquire-lock.ts wrote only service.json.
 * @throws Error if one of them runs or is starting.
 */
async function checkOlderVersion(file: string, data: string): Promise<void> {
  const text = readText(file);
  const owner = readOwner(file);
  if (text === undefined || (owner !== undefined && (!isRunning(owner.pid) || owner.pid === process.pid))) return;
  if (owner?.url === undefined) {
    const { mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
    // Also after a time in the future, from before the clock was set back.
    if (Math.abs(Date.now() - mtimeMs) > longestStartMs) return;
    throw alreadyStarting(data, owner?.pid);
  }
  const response = await fetchLocal(`${owner.url}/api/health`, { timeoutMs: 2000 }).catch(() => undefined);
  if (response?.status !== 200) return;
  throw inUse(data, owner.pid, owner);
}
