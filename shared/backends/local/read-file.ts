// Files that may not be there, or not be whole.
import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import type * as z from "zod/mini";
import { isErrno } from "./job-files.ts";

/** What the small files of a job have at most; whoever put more there, it is not read into memory. */
const mostBytes = 64 * 1024;

/** A file's content when it is there, whole and of at most `maxBytes`; else undefined. */
export async function readAs<T>(schema: z.ZodMiniType<T>, file: string, maxBytes: number = mostBytes): Promise<T | undefined> {
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
    return found.isFile() && found.size <= maxBytes ? await opened.readFile("utf8") : undefined;
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
