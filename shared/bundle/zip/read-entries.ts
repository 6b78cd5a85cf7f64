/**
 * Parses the central directory of a zip. @see section 4.3.12 of
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import { ZipError } from "./zip-error.ts";

/** An entry of the central directory, parsed but not yet validated. */
export interface ZipEntry {
  /** Bytes of the name. */
  readonly rawName: Buffer;
  /** Content of the extra field for a UTF-8 name (0x7075). */
  readonly unicodePath: Buffer | undefined;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  /** Undefined if the number is missing or too large, as are the next two. */
  readonly size: number | undefined;
  readonly packedSize: number | undefined;
  readonly headerAt: number | undefined;
  /** Unix file type and permissions; 0 if the zip has none. */
  readonly mode: number;
}

const signature = 0x02014b50;
const fixedLength = 46;
const full = 0xffffffff;
const zip64Extra = 1;
const unicodePathExtra = 0x7075;

/** Yields the entries in order. @throws ZipError if the central directory has more or fewer than `count`. */
export function* readEntries(list: Buffer, count: number): Generator<ZipEntry> {
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + fixedLength > list.length || list.readUInt32LE(at) !== signature)
      throw new ZipError(`entry ${index + 1} of ${count} is not in its central directory`);
    const [nameLength, extraLength, commentLength] = [
      list.readUInt16LE(at + 28),
      list.readUInt16LE(at + 30),
      list.readUInt16LE(at + 32),
    ];
    const nameAt = at + fixedLength;
    const next = nameAt + nameLength + extraLength + commentLength;
    if (next > list.length) throw new ZipError(`entry ${index + 1} of ${count} is longer than its central directory`);
    const extra = list.subarray(nameAt + nameLength, nameAt + nameLength + extraLength);
    yield entryAt(list, at, list.subarray(nameAt, nameAt + nameLength), extra);
    at = next;
  }
  // Other zip tools might read further entries here.
  if (at !== list.length)
    throw new ZipError(`its central directory continues after the ${count} entries that its end record counts`);
}

function entryAt(list: Buffer, at: number, rawName: Buffer, extra: Buffer): ZipEntry {
  const wide = createWideNumbers(extraField(extra, zip64Extra));
  // In this order: the extra field has a 64-bit number for each number that is full.
  const size = wide(list.readUInt32LE(at + 24));
  const packedSize = wide(list.readUInt32LE(at + 20));
  const headerAt = wide(list.readUInt32LE(at + 42));
  return {
    rawName,
    unicodePath: extraField(extra, unicodePathExtra),
    flags: list.readUInt16LE(at + 8),
    method: list.readUInt16LE(at + 10),
    crc32: list.readUInt32LE(at + 16),
    size,
    packedSize,
    headerAt,
    mode: list.readUInt32LE(at + 38) >>> 16,
  };
}

/**
 * Replaces each full 32-bit number with the next 64-bit number; undefined if it is missing or not exact in JavaScript.
 */
function createWideNumbers(field: Buffer | undefined): (number: number) => number | undefined {
  let at = 0;
  return (number) => {
    if (number !== full) return number;
    if (field === undefined || at + 8 > field.length) return undefined;
    const value = field.readBigUInt64LE(at);
    at += 8;
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(value);
  };
}

/**
 * The content of an extra field. Some programs pad or truncate these fields, so an invalid remainder is ignored.
 */
function extraField(extra: Buffer, id: number): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (end > extra.length) return undefined;
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, end);
    at = end;
  }
  return undefined;
}
