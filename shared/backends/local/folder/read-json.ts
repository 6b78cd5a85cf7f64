// Files that may not be there, or not be whole.
import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import type * as z from "zod/mini";
import { isErrno } from "./job-files.ts";

/** Size limit of the small files of a job; a larger file is not read into memory. */
const mostBytes = 64 * 1024;

/** A file's content when it is there, whole and of at most `maxBytes`; else undefined. */
export async function readJson<T>(
  schema: z.ZodMiniType<T>,
  file: string,
  maxBytes: number = mostBytes,
): Promise<T | undefined> {
  try {
    const text = await readText(file, maxBytes);
    return text === undefined ? undefined : schema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "EISDIR", "ELOOP") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function readText(file: string, maxBytes: number): Promise<string | undefined> {
  const opened = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = await opened.stat();
    if (!found.isFile() || found.size > maxBytes) return undefined;
    const buffer = Buffer.allocUnsafe(found.size);
    // One read where readFile makes two: these files are read for each look at each job.
    const { bytesRead } = await opened.read(buffer, 0, buffer.length, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await opened.close();
  }
}

export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return false;
    throw error;
  }
}
