/** One service on a data folder: two would end each other's Azurite. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
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

/** The locks of this process. */
const held = new Set<string>();

/** No start takes longer; what a start that was killed left is then nobody's, whoever has its process number now. */
const longestStartMs = 120_000;

/** Makes the folder and takes it. What a killed service left there is no obstacle. @throws when it cannot be made, or another service has it. */
export async function lockFolder(data: string): Promise<FolderLock> {
  const file = join(data, "service.json");
  const write = (owner: Owner, flag: string) => writeFileSync(file, JSON.stringify(owner), { flag });
  try {
    makeFolder(data);
    while (!tryWrite(() => write({ pid: process.pid }, "wx"))) {
      const left = readText(file);
      await refuseInUse(file, data);
      // Another start may have found the same, and taken the folder meanwhile.
      if (readText(file) === left) rmSync(file, { force: true });
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new Error(`The folder ${data} cannot be used: ${(error as Error).message}. Choose another one with --data.`, { cause: error });
  }
  held.add(file);
  return {
    running: (url) => write({ pid: process.pid, url }, "w"),
    release: () => {
      held.delete(file);
      if (readOwner(file)?.pid === process.pid) rmSync(file, { force: true });
    },
  };
}

/** `mkdir -p`. Node's own goes on for ever where a parent is there and still nothing can be made in it, as in /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  tryWrite(() => mkdirSync(path));
}

/** False for what is there already. */
function tryWrite(write: () => void): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
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

/** @throws when a service runs on the folder, or another start is under way. */
async function refuseInUse(file: string, data: string): Promise<void> {
  const owner = readOwner(file);
  if (owner !== undefined && !isAlive(owner.pid)) return;
  if (owner?.url === undefined) {
    // A container's processes have the same numbers after each restart: that one was another, and was killed.
    if (owner?.pid === process.pid && !held.has(file)) return;
    const { mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
    if (Date.now() - mtimeMs > longestStartMs) return;
    const who = owner === undefined ? "" : ` (process ${owner.pid})`;
    throw new Error(`Another start${who} has just taken the folder ${data}. Use that service, or choose another folder with --data.`);
  }
  const answer = await fetch(`${owner.url}/api/health`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
  if (answer?.ok !== true) return;
  throw new Error(`The folder ${data} is in use by the service at ${owner.url} (process ${owner.pid}). Stop that one, or choose another folder with --data.`);
}
