import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { machineEnvironment } from "./machine-environment.ts";

/** Starts the supervisor of a job folder. The promise resolves when the supervisor exits or cannot be started. */
export type LaunchSupervisor = (folder: string) => Promise<void>;

/** Output of a job's supervisor, in the job folder. */
export const supervisorLog = "supervisor.log";

/** @param supervisorFile program that this Node can run: `supervisor.ts` or its bundle. */
export function createLaunchSupervisor(supervisorFile: string): LaunchSupervisor {
  return (folder) => {
    const log = openSync(join(folder, supervisorLog), "a", 0o600);
    const child = spawn(process.execPath, [supervisorFile, folder], {
      cwd: folder,
      env: machineEnvironment(),
      stdio: ["ignore", "ignore", log],
      // In its own group and session, so that a signal that ends the service does not end the job.
      detached: true,
      windowsHide: true,
    });
    child.unref();
    closeSync(log);
    return new Promise((resolve) => {
      child.once("exit", () => resolve());
      child.once("error", () => resolve());
    });
  };
}

/** The supervisor in the folder of this module: its source, or its bundle if this module is bundled. */
export function defaultSupervisorFile(): string {
  return join(import.meta.dirname, import.meta.filename.endsWith(".ts") ? "supervisor.ts" : "supervisor.cjs");
}
