import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { machineEnvironment } from "./job-environment.ts";

/** Starts a job's supervisor; the promise ends when it does, or when it could not be started. */
export type LaunchSupervisor = (folder: string) => Promise<void>;

/** @param supervisorFile the supervisor as a program for this Node: `supervisor.ts`, or its bundle. */
export function createLaunchSupervisor(supervisorFile: string): LaunchSupervisor {
  return (folder) => {
    const errors = openSync(join(folder, "supervisor.log"), "a", 0o600);
    const child = spawn(process.execPath, [supervisorFile, folder], {
      cwd: folder,
      env: machineEnvironment(),
      stdio: ["ignore", "ignore", errors],
      // A group and session of its own: what ends the service does not end the job.
      detached: true,
      windowsHide: true,
    });
    child.unref();
    closeSync(errors);
    return new Promise((resolve) => {
      child.once("exit", () => resolve());
      child.once("error", () => resolve());
    });
  };
}

/** The supervisor beside this module: a source file, or a bundle of its own beside the bundle that this module is in. */
export function defaultSupervisorFile(): string {
  return join(import.meta.dirname, import.meta.filename.endsWith(".ts") ? "supervisor.ts" : "supervisor.cjs");
}

/** Where bash is; undefined when it is not in PATH. Like a shell it skips folders that may not be searched and files that may not be executed. */
export async function findBash(): Promise<string | undefined> {
  const name = process.platform === "win32" ? "bash.exe" : "bash";
  const { PATH: path = "" } = machineEnvironment();
  for (const folder of path.split(delimiter)) {
    if (folder !== "" && (await isProgram(join(folder, name)))) return resolve(folder, name);
  }
  return undefined;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
