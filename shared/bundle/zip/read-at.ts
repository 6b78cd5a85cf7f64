import { readSync } from "node:fs";
import { ZipError } from "./zip-error.ts";

/**
 * Reads bytes at a position inside the file. Synchronous, because the file is on the local disk and thousands of small
 * reads are faster that way. @throws ZipError when the file ends too early.
 */
export function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let bytesRead = 0;
  while (bytesRead < length) {
    const read = readSync(fd, bytes, bytesRead, length - bytesRead, position + bytesRead);
    if (read === 0) throw new ZipError("the file ends too early");
    bytesRead += read;
  }
  return bytes;
}

/** A 64-bit position or length as a number. @throws ZipError when it exceeds `limit`. */
export function boundedNumber(value: bigint, limit: number, description: string): number {
  if (value > BigInt(limit)) throw new ZipError(`${description} is ${value}, which is beyond the end of the file`);
  return Number(value);
}
