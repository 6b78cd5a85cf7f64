// Bundled into the supervisor too, so it imports only Node.
import { closeSync, fsyncSync, ftruncateSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { isErrno } from "../../../lib/is-errno.ts";
import { jobFiles } from "./job-files.ts";

/** Files that must be written even if the disk is full, and the bytes that are reserved for each. */
const reservedBytes: Readonly<Record<string, number>> = {
  [jobFiles.leader]: 512,
  [jobFiles.exit]: 4_096,
  [jobFiles.notes]: 24_576,
  [jobFiles.shipped]: 4_096,
};

const reservePath = (folder: string, file: string) => join(folder, `${file}.reserve`);

/** Reserves disk space for the files that complete a job. */
export function reserveSpace(folder: string): void {
  for (const [file, bytes] of Object.entries(reservedBytes))
    writeFileSync(reservePath(folder, file), " ".repeat(bytes), { mode: 0o600 });
}

/** Writes a file completely or not at all, into its reserved space if any. */
export function writeAtomic(folder: string, file: string, content: string): void {
  if (writeReserved(folder, file, content)) return;
  const temporary = join(folder, `${file}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, content, { mode: 0o600 });
    renameSync(temporary, join(folder, file));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Writes into the reserved file, which needs no further space; false if no space is reserved. */
function writeReserved(folder: string, file: string, content: string): boolean {
  const reserve = reservePath(folder, file);
  let descriptor: number;
  try {
    descriptor = openSync(reserve, "r+");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
  try {
    const bytes = Buffer.from(content);
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at, at);
    ftruncateSync(descriptor, bytes.length);
    // Otherwise a power cut could empty the outcome, and the job would be `supervisor_lost`.
    if (file === jobFiles.exit) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(reserve, join(folder, file));
  return true;
}
