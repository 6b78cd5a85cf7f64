/** One service on a data folder: two would end each other's Azurite. */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { callLocal } from "./call-local.ts";
import { type Holder, takeLock } from "./exact-lock.ts";
import { makePrivateFolder } from "./private-folder.ts";
import { isAlive } from "./process-info.ts";

export interface FolderLock {
  /** Tells others where the service is. */
  running(url: string): void;
  release(): void;
}

interface Owner {
  readonly pid: number;
  /** Absent until the service runs. */
  readonly url?: string;
}

/** Longest start of a version without the exact lock. An older file was left by a killed start, even if a process has its number now. */
const longestStartMs = 120_000;

/**
 * Makes the folder, closed to other users, and takes it. What a killed service left there is no obstacle.
 * @throws when it cannot be made, or another service has it.
 */
export async function lockFolder(data: string): Promise<FolderLock> {
  const file = join(data, "service.json");
  const write = (owner: Owner) => writeFileSync(file, JSON.stringify(owner), { mode: 0o600 });
  try {
    makePrivateFolder(data);
    const lock = await takeLock(data);
    if (!lock.held) throw inUse(data, lock.holder.pid, readOwner(file));
    try {
      if (!isLeftBy(lock.before, readOwner(file))) await refuseOlderVersion(file, data);
      write({ pid: process.pid });
    } catch (error) {
      lock.release();
      throw error;
    }
    return {
      running: (url) => write({ pid: process.pid, url }),
      release: () => {
        if (readOwner(file)?.pid === process.pid) rmSync(file, { force: true });
        lock.release();
      },
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new Error(`The folder ${data} cannot be used: ${(error as Error).message}. Choose another one with --data.`, {
      cause: error,
    });
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

/** The last holder of the lock is gone, and so is the service that this file is about. */
function isLeftBy(before: Holder | undefined, owner: Owner | undefined): boolean {
  return before !== undefined && (owner === undefined || owner.pid === before.pid);
}

function inUse(data: string, pid: number, owner: Owner | undefined): Error {
  if (owner?.pid !== pid || owner.url === undefined) {
    return new Error(
      `Another start (process ${pid}) has just taken the folder ${data}. Use that service, or choose another folder with --data.`,
    );
  }
  return new Error(
    `The folder ${data} is in use by the service at ${owner.url} (process ${pid}). Stop that one, or choose another folder with --data.`,
  );
}

/** Versions without the exact lock wrote this file alone. @throws when one of them runs on the folder, or is starting. */
async function refuseOlderVersion(file: string, data: string): Promise<void> {
  const text = readText(file);
  const owner = readOwner(file);
  if (text === undefined || (owner !== undefined && (!isAlive(owner.pid) || owner.pid === process.pid))) return;
  if (owner?.url === undefined) {
    const { mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
    // Also one of a time to come: the clock has gone back since.
    if (Math.abs(Date.now() - mtimeMs) > longestStartMs) return;
    const process = owner === undefined ? "" : ` (process ${owner.pid})`;
    throw new Error(
      `Another start${process} has just taken the folder ${data}. Use that service, or choose another folder with --data.`,
    );
  }
  const answer = await callLocal(`${owner.url}/api/health`, { timeoutMs: 2000 }).catch(() => undefined);
  if (answer?.status !== 200) return;
  throw inUse(data, owner.pid, owner);
}
