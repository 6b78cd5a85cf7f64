import type { PackedFile } from "../bundle-file.ts";
import { isExecutable } from "./check-entry.ts";
import { readAt } from "./read-at.ts";
import type { ZipEntry } from "./read-entries.ts";
import { ZipError } from "./zip-error.ts";

/** @see section 4.3.7 of https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
const localHeader = { signature: 0x04034b50, length: 30, nameLengthAt: 26, extraLengthAt: 28 } as const;

/**
 * Finds the data of an entry. The local header before the data must have the same name as the central directory,
 * because otherwise two zip tools could unpack different files.
 * @param end position at which the data of all entries ends.
 * @throws ZipError
 */
export function locateFile(fd: number, entry: ZipEntry, path: string, end: number): PackedFile {
  const { size = 0, packedSize = 0, headerAt = 0, rawName } = entry;
  if (headerAt + localHeader.length + rawName.length > end)
    throw new ZipError("it begins after the end of the file data");
  const header = readAt(fd, headerAt, localHeader.length + rawName.length);
  if (header.readUInt32LE(0) !== localHeader.signature) throw new ZipError("there is no local header at its position");
  const nameLength = header.readUInt16LE(localHeader.nameLengthAt);
  if (nameLength !== rawName.length || !header.subarray(localHeader.length).equals(rawName))
    throw new ZipError("its name differs from the name in its local header");
  const start = headerAt + header.length + header.readUInt16LE(localHeader.extraLengthAt);
  if (start + packedSize > end) throw new ZipError("it extends beyond the end of the file data");
  return {
    path,
    size,
    executable: isExecutable(entry),
    crc32: entry.crc32,
    packedSize,
    deflated: entry.method === 8,
    start,
  };
}
