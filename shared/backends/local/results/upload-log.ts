import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { JobFiles } from "../../../core/ports/storage-ports.ts";
import { jobFiles } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { openRegularFile } from "../folder/open-regular-file.ts";

/** Where a job's log is read. */
export const logName = "user_logs/std_log.txt";

/** The most that one block of an append blob takes in every version of the storage API. */
const blockBytes = 4 * 1024 * 1024;

/** Brings what a job wrote into its log to where it is read; call it again for what came since. */
export interface LogUploader {
  /** @param all with the notes, which come last; only when the command has ended. */
  upload(all: boolean): Promise<void>;
  /** Asks storage how much it has, and ships what is missing, notes included. True if there was any. */
  uploadMissing(): Promise<boolean>;
}

/** @param maxBytes what a command writes beyond is not shipped. */
export function createLogUploader(logs: JobFiles, { path, spec }: JobFolder, maxBytes: number): LogUploader {
  // What is there already is asked once: after a kill -9 the blob alone knows how far it got.
  let shipped: number | undefined;

  async function shipFile(file: string, base: number, limit: number): Promise<number> {
    const source = await openRegularFile(join(path, file));
    if (source === undefined) return base;
    try {
      const end = base + Math.min((await source.stat()).size, limit);
      let at = Math.max(await position(), base);
      while (at < end) {
        const bytes = await readAt(source, at - base, Math.min(blockBytes, end - at));
        if (bytes.length === 0) break;
        await logs.append(spec.name, logName, at, bytes);
        at += bytes.length;
        shipped = at;
      }
      return end;
    } finally {
      await source.close();
    }
  }

  async function position(): Promise<number> {
    shipped ??= (await logs.list(spec.name)).find((file) => file.path === logName)?.size ?? 0;
    return shipped;
  }

  async function ship(all: boolean): Promise<void> {
    try {
      const end = await shipFile(jobFiles.log, 0, maxBytes);
      if (all) await shipFile(jobFiles.notes, end, Number.POSITIVE_INFINITY);
    } catch (error) {
      // Whether the bytes arrived is not known.
      shipped = undefined;
      throw error;
    }
  }

  return {
    upload: ship,
    async uploadMissing() {
      shipped = undefined;
      const stored = await position();
      await ship(true);
      return shipped !== stored;
    },
  };
}

async function readAt(source: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await source.read(Buffer.allocUnsafe(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}
