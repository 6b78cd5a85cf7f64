/** Unpacks files of a zip. A file whose size differs from the central directory is rejected. */
import type { FileHandle } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createInflateRaw, inflateRawSync } from "node:zlib";
import type { PackedFile } from "../bundle-file.ts";
import { entryIssue, errorText, invalidBundle } from "../bundle-issue.ts";
import { readAt } from "./read-at.ts";

/** False for a packed size far above the worst case of deflate, which would cost time without output. */
export function hasPlausiblePackedSize({ size, packedSize }: PackedFile): boolean {
  return packedSize <= 2 * size + 1024;
}

/**
 * The content of a file, unpacked at once.
 * @throws ServiceError `invalid_bundle` for a file that is larger than `maxBytes`, or that differs from the central
 * directory.
 */
export function readWhole(fd: number, file: PackedFile, maxBytes: number): Uint8Array {
  const { path, size, packedSize, deflated, start } = file;
  if (size > maxBytes)
    throw invalidBundle([
      entryIssue(path, "too_large", `has ${size} bytes; a job or component file may have at most ${maxBytes}`),
    ]);
  if (!hasPlausiblePackedSize(file))
    throw invalidBundle([entryIssue(path, "unreadable", `has ${size} bytes but a packed size of ${packedSize} bytes`)]);
  try {
    const packed = readAt(fd, start, packedSize);
    if (!deflated || (size === 0 && packedSize === 0)) return packed;
    const unpacked = inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
    if (unpacked.length !== size) throw new Error(`it has ${unpacked.length} bytes, not ${size}`);
    return unpacked;
  } catch (error) {
    throw unpackError(path, error);
  }
}

/**
 * The content of a file, unpacked in chunks.
 * @throws ServiceError `invalid_bundle` for a file that differs from the central directory.
 */
export async function* unpack(handle: FileHandle, file: PackedFile): AsyncGenerator<Uint8Array> {
  const { path, size, packedSize, deflated } = file;
  let length = 0;
  try {
    const packed = packedChunks(handle, file);
    const content =
      deflated && packedSize > 0 ? pipeline(Readable.from(packed), createInflateRaw(), () => undefined) : packed;
    for await (const part of content as AsyncIterable<Uint8Array>) {
      length += part.byteLength;
      if (length > size) throw new Error(`it has more than ${size} bytes`);
      yield part;
    }
    if (length !== size) throw new Error(`it has ${length} bytes, not ${size}`);
  } catch (error) {
    throw unpackError(path, error);
  }
}

const chunkBytes = 65_536;

async function* packedChunks(handle: FileHandle, { start, packedSize }: PackedFile): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < packedSize; ) {
    const part = Buffer.alloc(Math.min(chunkBytes, packedSize - at));
    const { bytesRead } = await handle.read(part, 0, part.length, start + at);
    if (bytesRead === 0) throw new Error("the file ends too early");
    at += bytesRead;
    yield part.subarray(0, bytesRead);
  }
}

/** The issue of a file that cannot be unpacked; errors of the disk are returned unchanged. */
function unpackError(path: string, error: unknown): unknown {
  if (error instanceof Error && "syscall" in error) return error;
  return invalidBundle([entryIssue(path, "unreadable", `cannot be unpacked: ${errorText(error)}`)]);
}
