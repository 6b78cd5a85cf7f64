// Bundled into the supervisor too, so it imports only Node.
import { closeSync, openSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isErrno } from "../../../lib/is-errno.ts";
import { jobFiles, type Started } from "./job-files.ts";

/** Creates `started`, which reserves the outcome for the caller; false if another process created it first. */
export function claimStart(folder: string, started: Started): boolean {
  const file = join(folder, jobFiles.started);
  let descriptor: number;
  try {
    descriptor = openSync(file, "wx", 0o600);
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  }
  try {
    writeFileSync(descriptor, JSON.stringify(started));
    return true;
  } catch (error) {
    // The disk is full. An empty file is deleted, because it would be read as the file of a killed supervisor.
    unlinkSync(file);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}
