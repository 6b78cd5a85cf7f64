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

export function makeZip(entries: readonly ZipEntry[], { count = entries.length }: { readonly count?: number } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  const add = (part: Buffer) => {
    parts.push(part);
    offset += part.length;
  };
  for (const entry of entries) {
    const { name, content = "", method = 8, flags = utf8, localName = name } = entry;
    const bytes = Buffer.from(content as string);
    const packed = method === 8 ? deflateRawSync(bytes) : bytes;
    const isFolder = name.toString().endsWith("/");
    const { mode = isFolder ? 0o40755 : 0o100644, size = bytes.length, packedSize = packed.length, crc = crc32(bytes) } = entry;
    const start = entry.offset ?? offset;
    const { extra = new Uint8Array() } = entry;
    const common = (length: number, more = 0) => numbers([flags, 2], [method, 2], [0, 4], [crc, 4], [packedSize, 4], [size, 4], [length, 2], [more, 2]);
    const [ownName, otherName] = [Buffer.from(name as string), Buffer.from(localName as string)];
    add(Buffer.concat([numbers([0x04034b50, 4], [20, 2]), common(otherName.length), otherName]));
    add(packed);
    const more = numbers([0, 2], [0, 2], [0, 2], [mode * 0x10000, 4], [start, 4]);
    directory.push(Buffer.concat([numbers([0x02014b50, 4], [0x0314, 2], [20, 2]), common(ownName.length, extra.length), more, ownName, extra]));
  }
  const list = Buffer.concat(directory);
  return Buffer.concat([...parts, list, numbers([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [list.length, 4], [offset, 4], [0, 2])]);
}

/** A zip of files by their paths. */
export function zipOf(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  return makeZip(Object.entries(files).map(([name, content]) => ({ name, content })));
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
