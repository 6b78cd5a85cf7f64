import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { JobFiles } from "../../../core/ports/storage-ports.ts";
import { jobFiles } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { openRegularFile } from "../folder/open-regular-file.ts";

/** Path of the uploaded log. */
export const logName = "user_logs/std_log.txt";

/** Limit for one block of an append blob in every version of the storage API. */
const blockBytes = 4 * 1024 * 1024;

/** Appends the log of one job to the uploaded log. */
export interface LogUploader {
  /** Uploads the lines since the last call. @param withNotes also uploads the notes, which end the log. */
  upload(withNotes: boolean): Promise<void>;
  /** Compares with storage and uploads missing bytes, notes included. Returns whether any were missing. */
  uploadMissing(): Promise<boolean>;
}

/** @param maxBytes limit for the output of the command; later output is not uploaded. */
export function createLogUploader(logs: JobFiles, { path, spec }: JobFolder, maxBytes: number): LogUploader {
  /** Size of the uploaded log; undefined before the first call, because an earlier service may have uploaded a part. */
  let uploaded: number | undefined;

  async function uploadedBytes(): Promise<number> {
    uploaded ??= (await logs.list(spec.name)).find((file) => file.path === logName)?.size ?? 0;
    return uploaded;
  }

  /** Uploads a file to offset `base` of the log. Returns the end of the file in the log. */
  async function uploadFile(file: string, base: number, limit: number): Promise<number> {
    const source = await openRegularFile(join(path, file));
    if (source === undefined) return base;
    try {
      const end = base + Math.min((await source.stat()).size, limit);
      let at = Math.max(await uploadedBytes(), base);
      while (at < end) {
        const bytes = await readBytes(source, at - base, Math.min(blockBytes, end - at));
        if (bytes.length === 0) break;
        await logs.append(spec.name, logName, at, bytes);
        at += bytes.length;
        uploaded = at;
      }
      return end;
    } finally {
      await source.close();
    }
  }

  async function upload(withNotes: boolean): Promise<void> {
    try {
      const end = await uploadFile(jobFiles.log, 0, maxBytes);
      if (withNotes) await uploadFile(jobFiles.notes, end, Number.POSITIVE_INFINITY);
    } catch (error) {
      // The bytes may have been stored nevertheless.
      uploaded = undefined;
      throw error;
    }
  }

  return {
    upload,
    async uploadMissing() {
      uploaded = undefined;
      const stored = await uploadedBytes();
      await upload(true);
      return uploaded !== stored;
    },
  };
}

async function readBytes(source: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await source.read(Buffer.allocUnsafe(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}
