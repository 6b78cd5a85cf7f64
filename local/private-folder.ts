/** A data folder that other users of the machine cannot read: it holds a storage key, and the logs and files of jobs. */
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Names in a data folder, of which an earlier start has left at least one. */
const ours: readonly string[] = [
  "lock",
  "service.json",
  "azurite",
  "app",
  "jobs",
  "connection-string",
  "keys.json",
  "storage-events.json",
  "azureml-server.json",
];
/** Names that a system puts into an empty folder by itself. */
const harmless: readonly string[] = ["lost+found", ".DS_Store"];

/**
 * Makes the folder, with those around it, or closes an existing one to other users.
 * @throws Error when it holds files of something else, whose folder must not be closed; the system's error when it cannot be made or changed.
 */
export function makePrivateFolder(path: string): void {
  if (makeFolder(path, 0o700) || process.platform === "win32") return;
  const mode = statSync(path).mode & 0o7777;
  const names = readdirSync(path).filter((name) => !harmless.includes(name));
  if (names.length > 0 && !names.some((name) => ours.includes(name))) {
    throw new Error(
      `The folder ${path} holds other files (${JSON.stringify(names[0])}). Choose a new or an empty folder with --data.`,
    );
  }
  if ((mode & 0o077) !== 0) chmodSync(path, 0o700);
}

/** `mkdir -p`. Node's own goes on for ever where a parent is there and still nothing can be made in it, as in /proc. @returns false for a folder that was there. */
function makeFolder(path: string, mode?: number): boolean {
  if (existsSync(path)) return false;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, mode === undefined ? {} : { mode });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}
