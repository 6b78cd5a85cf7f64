/**
 * Finds the central directory of a zip, which lists its entries. Each number is compared with the size of the file
 * before it is used.
 * @see sections 4.3.14 to 4.3.16 of https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import { boundedNumber, readAt } from "./read-at.ts";
import { ZipError } from "./zip-error.ts";

/** The central directory: its position, which is within the file, and the number of entries. */
export interface DirectoryLocation {
  readonly count: number;
  readonly start: number;
  readonly size: number;
}

const endSignature = Buffer.from([0x50, 0x4b, 5, 6]);
const endLength = 22;
const longestComment = 0xffff;
const locatorSignature = 0x07064b50;
const locatorLength = 20;
const zip64Signature = 0x06064b50;
const zip64Length = 56;
const entryLength = 46;

/** @throws ZipError */
export function findDirectory(fd: number, size: number): DirectoryLocation {
  const { end, at } = findEnd(fd, size);
  const endRecord = {
    disk: end.readUInt16LE(4),
    count: end.readUInt16LE(10),
    size: end.readUInt32LE(12),
    start: end.readUInt32LE(16),
  };
  const zip64 = readZip64(fd, at);
  if (
    zip64 === undefined &&
    (endRecord.disk !== 0 || end.readUInt16LE(6) !== 0 || end.readUInt16LE(8) !== endRecord.count)
  )
    throw new ZipError("it is one part of a split zip");
  const location = {
    count: consistentNumber(endRecord.count, 0xffff, zip64?.count),
    size: consistentNumber(endRecord.size, 0xffffffff, zip64?.size),
    start: consistentNumber(endRecord.start, 0xffffffff, zip64?.start),
  };
  if (location.start + location.size > (zip64?.at ?? at))
    throw new ZipError("its central directory is not before the end of the file");
  if (location.count * entryLength > location.size)
    throw new ZipError(
      `its end record counts ${location.count} entries, but its central directory has only ${location.size} bytes`,
    );
  return location;
}

/** The end record, which only a comment may follow. */
function findEnd(fd: number, size: number): { readonly end: Buffer; readonly at: number } {
  const length = Math.min(size, endLength + longestComment);
  const tail = readAt(fd, size - length, length);
  // A negative offset would count from the end of a file that is shorter than the record.
  const last = length < endLength ? -1 : tail.lastIndexOf(endSignature, length - endLength);
  for (let at = last; at >= 0; at = at === 0 ? -1 : tail.lastIndexOf(endSignature, at - 1)) {
    const commentLength = tail.readUInt16LE(at + 20);
    if (at + endLength + commentLength === length)
      return { end: tail.subarray(at, at + endLength), at: size - length + at };
  }
  throw new ZipError("it has no end record: it is not a zip, was cut off, or has bytes after its end");
}

interface Zip64Location extends DirectoryLocation {
  readonly at: number;
}

/** The record of large zips; undefined without a locator before the end record. */
function readZip64(fd: number, endAt: number): Zip64Location | undefined {
  const locatorAt = endAt - locatorLength;
  if (locatorAt < 0) return undefined;
  const locator = readAt(fd, locatorAt, locatorLength);
  if (locator.readUInt32LE(0) !== locatorSignature) return undefined;
  const at = boundedNumber(
    locator.readBigUInt64LE(8),
    Math.max(0, locatorAt - zip64Length),
    "the position of its zip64 record",
  );
  if (locatorAt < zip64Length) throw new ZipError("its zip64 record is missing");
  const record = readAt(fd, at, zip64Length);
  if (record.readUInt32LE(0) !== zip64Signature) throw new ZipError("its zip64 record is not at its position");
  if (locator.readUInt32LE(4) !== 0 || record.readUInt32LE(16) !== 0 || record.readUInt32LE(20) !== 0)
    throw new ZipError("it is one part of a split zip");
  boundedNumber(record.readBigUInt64LE(4), locatorAt - at - 12, "the length of its zip64 record");
  return {
    at,
    count: boundedNumber(record.readBigUInt64LE(32), at, "its number of entries"),
    size: boundedNumber(record.readBigUInt64LE(40), at, "the length of its central directory"),
    start: boundedNumber(record.readBigUInt64LE(48), at, "the position of its central directory"),
  };
}

/**
 * The value of a number in the end record and, for large zips, the zip64 record. With different values, two zip
 * tools could read different entries.
 */
function consistentNumber(endRecordValue: number, maxValue: number, zip64: number | undefined): number {
  if (zip64 === undefined || endRecordValue === zip64) return endRecordValue;
  if (endRecordValue !== maxValue) throw new ZipError("its end record and its zip64 record contradict each other");
  return zip64;
}
