/** Unpacks files of a zip. A file with another size than the zip gives is rejected. */
import type { FileHandle } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createInflateRaw, inflateRawSync } from "node:zlib";
import type { PackedFile } from "../bundle-file.ts";
import { entryIssue, errorText, invalidBundle } from "../bundle-issue.ts";
import { readAt } from "./read-at.ts";

/** False for a file that is packed much larger than deflate ever makes it, which keeps a reader busy for nothing. */
export function hasPlausiblePackedSize({ size, packedSize }: PackedFile): boolean {
  return packedSize <= 2 * size + 1024;
}

/**
 * The whole content of a file, read at once.
 * @throws ServiceError `invalid_bundle` for a file that is too large to be read so, or is not what the list of entries
 * says.
 */
export function readWhole(fd: number, file: PackedFile, maxBytes: number): Uint8Array {
  const { path, size, packedSize, deflated, start } = file;
  if (size > maxBytes)
    throw invalidBundle([
      entryIssue(path, "too_large", `has ${size} bytes; a job or component file may have at most ${maxBytes}`),
    ]);
  if (!hasPlausiblePackedSize(file))
    throw invalidBundle([entryIssue(path, "unreadable", `has ${size} bytes, and is packed into ${packedSize}`)]);
  try {
    const packed = readAt(fd, start, packedSize);
    if (!deflated || (size === 0 && packedSize === 0)) return packed;
    const unpacked = inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
    if (unpacked.length !== size) throw new Error(`it has ${unpacked.length} bytes, not ${size}`);
    return unpacked;
  } catch (error) {
    throw cannotUnpack(path, error);
  }
}

/**
 * The content of a file, part by part.
 * @throws ServiceError `invalid_bundle` where it is not what the list of entries says.
 */
export async function* unpack(handle: FileHandle, file: PackedFile): AsyncGenerator<Uint8Array> {
  const { path, size, packedSize, deflated } = file;
  let length = 0;
  try {
    const packed = packedParts(handle, file);
    const content =
      deflated && packedSize > 0 ? pipeline(Readable.from(packed), createInflateRaw(), () => undefined) : packed;
    for await (const part of content as AsyncIterable<Uint8Array>) {
      length += part.byteLength;
      if (length > size) throw new Error(`it has more than ${size} bytes`);
      yield part;
    }
    if (length !== size) throw new Error(`it has ${length} bytes, not ${size}`);
  } catch (error) {
    throw cannotUnpack(path, error);
  }
}

const partBytes = 65_536;

async function* packedParts(handle: FileHandle, { start, packedSize }: PackedFile): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < packedSize; ) {
    const part = Buffer.alloc(Math.min(partBytes, packedSize - at));
    const { bytesRead } = await handle.read(part, 0, part.length, start + at);
    if (bytesRead === 0) throw new Error("the file ends too early");
    at += bytesRead;
    yield part.subarray(0, bytesRead);
  }
}

/** An error of the disk is passed on unchanged: it is no problem of the zip. */
function cannotUnpack(path: string, error: unknown): unknown {
  if (error instanceof Error && "syscall" in error) return error;
  return invalidBundle([entryIssue(path, "unreadable", `cannot be unpacked: ${errorText(error)}`)]);
}
