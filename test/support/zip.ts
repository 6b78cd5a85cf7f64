/** Zips made byte by byte, so that a test can make every lie that a zip can tell. */
import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  readonly name: string | Uint8Array;
  readonly content?: string | Uint8Array;
  /** Unix mode with the file type; a plain file by default, a folder where the name ends with a slash. */
  readonly mode?: number;
  /** 8 by default, 0 for what is not packed. */
  readonly method?: number;
  readonly flags?: number;
  /** What the directory says, where it is not the truth. */
  readonly size?: number;
  readonly packedSize?: number;
  readonly crc?: number;
  /** The name before the content, where it is another one. */
  readonly localName?: string;
  /** Where the directory says that the entry begins. */
  readonly offset?: number;
  /** Extra fields of the directory. */
  readonly extra?: Uint8Array;
}

const utf8 = 0x0800;

export interface ZipOptions {
  /** How many entries the end says there are. */
  readonly count?: number;
  /** Numbers of 64 bits for all sizes and positions. */
  readonly zip64?: boolean;
  /** Sizes and checksum behind the bytes of an entry, as streams have them. */
  readonly descriptors?: boolean;
}

const full = 0xffffffff;
const wide = (value: number): [number, number][] => [
  [value % 2 ** 32, 4],
  [Math.floor(value / 2 ** 32), 4],
];

export function buildZip(entries: readonly ZipEntry[], form: ZipOptions = {}): Buffer {
  const { count = entries.length, zip64 = false, descriptors = false } = form;
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  const add = (part: Buffer) => {
    parts.push(part);
    offset += part.length;
  };
  for (const entry of entries) {
    const { name, content = "", method = 8, localName = name, extra = new Uint8Array() } = entry;
    const flags = (entry.flags ?? utf8) | (descriptors ? 8 : 0);
    const bytes = Buffer.from(content as string);
    const packed = method === 8 ? deflateRawSync(bytes) : bytes;
    const isFolder = name.toString().endsWith("/");
    const {
      mode = isFolder ? 0o40755 : 0o100644,
      size = bytes.length,
      packedSize = packed.length,
      crc = crc32(bytes),
    } = entry;
    const start = entry.offset ?? offset;
    const [ownName, otherName] = [Buffer.from(name as string), Buffer.from(localName as string)];
    const head = numbers([flags, 2], [method, 2], [0, 4]);
    const sizes = (all: boolean) => (all ? numbers([crc, 4], [packedSize, 4], [size, 4]) : Buffer.alloc(12));
    add(
      Buffer.concat([
        numbers([0x04034b50, 4], [20, 2]),
        head,
        sizes(!descriptors),
        numbers([otherName.length, 2], [0, 2]),
        otherName,
        packed,
      ]),
    );
    if (descriptors) add(Buffer.concat([numbers([0x08074b50, 4]), sizes(true)]));
    const more = zip64
      ? Buffer.concat([numbers([1, 2], [24, 2], ...wide(size), ...wide(packedSize), ...wide(start)), extra])
      : Buffer.from(extra);
    const listed = zip64 ? numbers([crc, 4], [full, 4], [full, 4]) : sizes(true);
    const tail = numbers(
      [ownName.length, 2],
      [more.length, 2],
      [0, 2],
      [0, 2],
      [0, 2],
      [mode * 0x10000, 4],
      [zip64 ? full : start, 4],
    );
    directory.push(Buffer.concat([numbers([0x02014b50, 4], [0x0314, 2], [20, 2]), head, listed, tail, ownName, more]));
  }
  const list = Buffer.concat(directory);
  return Buffer.concat([...parts, list, endOf(count, list.length, offset, zip64)]);
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

/** A zip of files by their paths. */
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
