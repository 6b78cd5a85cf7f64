import { access, constants, stat } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { machineEnvironment } from "./machine-environment.ts";

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
