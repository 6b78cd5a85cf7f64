import { readSync } from "node:fs";
import { ZipError } from "./zip-error.ts";

/** Reads bytes at a position that is inside the file. Synchronous: the file is on the local disk, and thousands of small reads are cheaper so. @throws ZipError when the file ends before. */
export function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const read = readSync(fd, bytes, done, length - done, position + done);
    if (read === 0) throw new ZipError("the file ends too early");
    done += read;
  }
  return bytes;
}

/** A 64-bit number as a position or length within `limit`. @throws ZipError when it is larger. */
export function boundedNumber(value: bigint, limit: number, what: string): number {
  if (value > BigInt(limit)) throw new ZipError(`${what} is ${value}, which is beyond the end of the file`);
  return Number(value);
}
