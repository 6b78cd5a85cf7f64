// Files that may not be there, or not be whole.
import { readFile, stat } from "node:fs/promises";
import type * as z from "zod/mini";
import { isErrno } from "./job-files.ts";

/** A file's content when it is there and whole; else undefined. */
export async function readAs<T>(schema: z.ZodMiniType<T>, file: string): Promise<T | undefined> {
  try {
    return schema.safeParse(JSON.parse(await readFile(file, "utf8"))).data;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR") || error instanceof SyntaxError) return undefined;
    throw error;
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
