/**
 * A lock on a folder that exactly one process holds, also when several start at once or the last holder was killed.
 *
 * The subfolder `lock` has a numbered file per holder; the highest number is the current lock. A hard link creates a
 * file atomically and with its content. The lock of an ended process is not removed: the next holder creates the next
 * number, which succeeds for one process only. Therefore no process removes a newer lock.
 */
import { randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defined } from "../../shared/lib/defined.ts";
import { isRunning, startMark } from "../process-info.ts";

/** Content of a lock file. */
export interface LockHolder {
  readonly pid: number;
  /** Distinguishes the holder from a later process with the same pid; missing if the system does not provide it. */
  readonly mark?: string;
  readonly released?: true;
}

export type LockResult =
  | { readonly held: true; readonly previousHolder: LockHolder | undefined; release(): void }
  | { readonly held: false; readonly holder: LockHolder };

/**
 * Acquires the lock of `folder`, or returns the process that holds it.
 * @throws the system's error if it cannot write.
 */
export async function acquireLock(folder: string): Promise<LockResult> {
  const locks = join(folder, "lock");
  mkdirSync(locks, { recursive: true, mode: 0o700 });
  const mark = await startMark(process.pid);
  const self: LockHolder = { pid: process.pid, ...defined({ mark }) };
  for (;;) {
    const result = await attempt(locks, self);
    if (result !== undefined) return result;
  }
}

/** Attempts to acquire the lock once; undefined if another process changed it at the same time. */
async function attempt(locks: string, self: LockHolder): Promise<LockResult | undefined> {
  const last = highestNumber(locks);
  const previous = last === 0 ? undefined : readHolder(join(locks, String(last)));
  const replacedMeanwhile = last > 0 && previous === undefined && highestNumber(locks) !== last;
  if (replacedMeanwhile) return undefined;
  if (previous !== undefined && (await isHeldBy(previous))) return { held: false, holder: previous };
  const number = last + 1;
  if (!createLockFile(locks, number, self)) return undefined;
  removeOldLockFiles(locks, number);
  return { held: true, previousHolder: previous, release: () => release(locks, number, { ...self, released: true }) };
}

async function isHeldBy({ pid, mark, released }: LockHolder): Promise<boolean> {
  if (released === true || !isRunning(pid)) return false;
  const current = await startMark(pid);
  // Without marks, only the pids can be compared.
  return mark === undefined || current === undefined ? isRunning(pid) : current === mark;
}

const numberOf = (name: string) => (/^\d{1,15}$/.test(name) ? Number(name) : 0);
const highestNumber = (locks: string) => Math.max(0, ...readdirSync(locks).map(numberOf));

function readHolder(file: string): LockHolder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as LockHolder;
  } catch {
    return undefined;
  }
}

/** Creates the lock file `number`. Returns false if another process has created it or a higher one. */
function createLockFile(locks: string, number: number, self: LockHolder): boolean {
  const file = join(locks, String(number));
  const draft = writeDraft(locks, self);
  try {
    linkDraft(draft, file, self);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
  // Another process may have created two later files and removed the first file of this number.
  if (highestNumber(locks) === number) return true;
  rmSync(file, { force: true });
  return false;
}

/** Creates `file` exclusively. On file systems without hard links, it is briefly empty. */
function linkDraft(draft: string, file: string, self: LockHolder): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!noHardLinks.includes((error as NodeJS.ErrnoException).code)) throw error;
    writeFileSync(file, JSON.stringify(self), { flag: "wx", mode: 0o600 });
  }
}

const noHardLinks: readonly (string | undefined)[] = ["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"];

/** Keeps the last two files, so that a concurrent `readdir` always finds at least one of them. */
function removeOldLockFiles(locks: string, number: number): void {
  for (const name of readdirSync(locks))
    if (numberOf(name) > 0 && numberOf(name) < number - 1) rmSync(join(locks, name), { force: true });
}

function release(locks: string, number: number, self: LockHolder): void {
  // The data folder may have been deleted, and the lock with it.
  if (existsSync(locks)) renameSync(writeDraft(locks, self), join(locks, String(number)));
}

function writeDraft(locks: string, holder: LockHolder): string {
  const draft = join(locks, `draft-${randomUUID()}`);
  writeFileSync(draft, JSON.stringify(holder), { flag: "wx", mode: 0o600 });
  return draft;
}
