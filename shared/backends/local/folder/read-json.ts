import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type * as z from "zod/mini";
import { isErrno } from "../../../lib/is-errno.ts";

/** Default size limit: most files of a job are small, and a larger one is not read into memory. */
const defaultMaxBytes = 64 * 1024;

/** Reads a JSON file; undefined if it is missing, incomplete, invalid or larger than `maxBytes`. */
export async function readJson<T>(
  schema: z.ZodMiniType<T>,
  file: string,
  maxBytes: number = defaultMaxBytes,
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
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > maxBytes) return undefined;
    const buffer = Buffer.allocUnsafe(stats.size);
    // One read, where readFile needs two: these files are read at each check of each job.
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}
