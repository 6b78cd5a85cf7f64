// Bundled into the supervisor too, so it imports only Node.
import { closeSync, openSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isErrno } from "../../../lib/is-errno.ts";
import { jobFiles, type Started } from "./job-files.ts";

/** Creates `started`, which gives the caller the right to write the outcome; false if another process has it. */
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
    // A full disk. An empty file would mean that a supervisor was killed.
    unlinkSync(file);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}
