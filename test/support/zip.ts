/** Builds zips byte by byte, so that a test can build invalid and contradictory ones. */
import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  readonly name: string | Uint8Array;
  readonly content?: string | Uint8Array;
  /** Unix mode with the file type; a plain file by default, a folder where the name ends with a slash. */
  readonly mode?: number;
  /** Compression method: 8 (deflate) by default, 0 for none. */
  readonly method?: number;
  readonly flags?: number;
  /** Size in the central directory, if it differs from the real one; so are the next two. */
  readonly size?: number;
  readonly packedSize?: number;
  readonly crc?: number;
  /** The name before the data, if it differs. */
  readonly localName?: string;
  /** Position in the central directory, if it differs. */
  readonly offset?: number;
  /** Extra fields in the central directory. */
  readonly extra?: Uint8Array;
}

const utf8 = 0x0800;

export interface ZipOptions {
  /** Number of entries in the end record. */
  readonly count?: number;
  /** Whether all sizes and positions are 64-bit numbers. */
  readonly zip64?: boolean;
  /** Whether sizes and checksum follow the data of each entry, as in streamed zips. */
  readonly descriptors?: boolean;
}

const full = 0xffffffff;
const wide = (value: number): [number, number][] => [
  [value % 2 ** 32, 4],
  [Math.floor(value / 2 ** 32), 4],
];

/** Builds a zip byte by byte. */
export function buildZip(entries: readonly ZipEntry[], options: ZipOptions = {}): Buffer {
  const { count = entries.length, zip64 = false } = options;
  const data: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { local, listed } = entryRecords(entry, offset, options);
    data.push(local);
    directory.push(listed);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  return Buffer.concat([...data, list, endOf(count, list.length, offset, zip64)]);
}

/** The local record with the data of an entry, and its record in the central directory. */
function entryRecords(
  entry: ZipEntry,
  offset: number,
  { zip64 = false, descriptors = false }: ZipOptions,
): { readonly local: Buffer; readonly listed: Buffer } {
  const { name, content = "", method = 8, localName = name, extra = new Uint8Array() } = entry;
  const flags = (entry.flags ?? utf8) | (descriptors ? 8 : 0);
  const bytes = Buffer.from(content as string);
  const packed = method === 8 ? deflateRawSync(bytes) : bytes;
  const isFolder = name.toString().endsWith("/");
  const { mode = isFolder ? 0o40755 : 0o100644, size = bytes.length } = entry;
  const { packedSize = packed.length, crc = crc32(bytes), offset: start = offset } = entry;
  const head = numbers([flags, 2], [method, 2], [0, 4]);
  const sizes = numbers([crc, 4], [packedSize, 4], [size, 4]);

  const otherName = Buffer.from(localName as string);
  const local = [
    numbers([0x04034b50, 4], [20, 2]),
    head,
    descriptors ? Buffer.alloc(12) : sizes,
    numbers([otherName.length, 2], [0, 2]),
    otherName,
    packed,
    ...(descriptors ? [numbers([0x08074b50, 4]), sizes] : []),
  ];

  const ownName = Buffer.from(name as string);
  const wideNumbers = zip64 ? numbers([1, 2], [24, 2], ...wide(size), ...wide(packedSize), ...wide(start)) : [];
  const extraFields = Buffer.concat([Buffer.from(wideNumbers), extra]);
  const attributes = [
    [0, 2],
    [0, 2],
    [0, 2],
    [mode * 0x10000, 4],
    [zip64 ? full : start, 4],
  ] as const;
  const listed = [
    numbers([0x02014b50, 4], [0x0314, 2], [20, 2]),
    head,
    zip64 ? numbers([crc, 4], [full, 4], [full, 4]) : sizes,
    numbers([ownName.length, 2], [extraFields.length, 2], ...attributes),
    ownName,
    extraFields,
  ];
  return { local: Buffer.concat(local), listed: Buffer.concat(listed) };
}

function endOf(count: number, length: number, offset: number, zip64: boolean): Buffer {
  const end = (many: number, size: number, start: number) =>
    numbers([0x06054b50, 4], [0, 2], [0, 2], [many, 2], [many, 2], [size, 4], [start, 4], [0, 2]);
  if (!zip64) return end(count, length, offset);
  const record = [
    [0x06064b50, 4],
    ...wide(44),
    [45, 2],
    [45, 2],
    [0, 4],
    [0, 4],
    ...wide(count),
    ...wide(count),
    ...wide(length),
    ...wide(offset),
  ] as const;
  const locator = [[0x07064b50, 4], [0, 4], ...wide(offset + length), [1, 4]] as const;
  return Buffer.concat([numbers(...record, ...locator), end(0xffff, full, full)]);
}

/** A zip of files, by path. */
export function zipOf(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  return buildZip(Object.entries(files).map(([name, content]) => ({ name, content })));
}

function numbers(...all: readonly (readonly [value: number, bytes: number])[]): Buffer {
  return Buffer.concat(
    all.map(([value, bytes]) => {
      const part = Buffer.alloc(bytes);
      part.writeUIntLE(value % 2 ** (8 * bytes), 0, bytes);
      return part;
    }),
  );
}
