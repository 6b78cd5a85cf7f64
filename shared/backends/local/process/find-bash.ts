import { access, constants, stat } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { BackendRefusal } from "../../../core/ports/backend-port.ts";
import { machineEnvironment } from "./machine-environment.ts";

const bashMissing =
  "The local backend runs commands with bash, which is not in PATH. " +
  "On Windows, use WSL or install Git for Windows.";

/** The path of bash. @throws BackendRefusal `bash_not_found`. */
export async function requireBash(): Promise<string> {
  const file = await findBash();
  if (file === undefined) throw new BackendRefusal("bash_not_found", bashMissing);
  return file;
}

/** Finds bash in PATH; undefined if missing. Like a shell, it skips unreadable folders and non-executable files. */
export async function findBash(): Promise<string | undefined> {
  const name = process.platform === "win32" ? "bash.exe" : "bash";
  const { PATH: path = "" } = machineEnvironment();
  for (const folder of path.split(delimiter)) {
    if (folder !== "" && (await isExecutable(join(folder, name)))) return resolve(folder, name);
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
