/** The data folder must be private, because it contains a storage key and the logs and files of jobs. */
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** File names by which a data folder of an earlier start is recognized. */
const dataFolderNames: readonly string[] = [
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
/** File names that operating systems create in empty folders. */
const systemNames: readonly string[] = ["lost+found", ".DS_Store"];

/**
 * Creates the folder and its parents, or removes other users' permissions from an existing data folder (mode 700).
 * @throws Error if it contains other files, because other users could lose access to them; the system's error if it
 *   cannot be changed.
 */
export function createPrivateFolder(path: string): void {
  if (makeFolder(path, 0o700) || process.platform === "win32") return;
  const mode = statSync(path).mode & 0o7777;
  const names = readdirSync(path).filter((name) => !systemNames.includes(name));
  if (names.length > 0 && !names.some((name) => dataFolderNames.includes(name))) {
    throw new Error(
      `The folder ${path} contains other files (${JSON.stringify(names[0])}). ` +
        "Choose a new or empty folder with --data.",
    );
  }
  if ((mode & 0o077) !== 0) chmodSync(path, 0o700);
}

/**
 * `mkdir -p`; returns false if the folder exists. Node's recursive mkdir hangs if the parent rejects new entries, as
 * /proc does.
 */
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
