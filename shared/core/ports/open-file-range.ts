/** Reads part or all of a file in a blob store, the same way for the app's own storage and for signed URLs. */
import { ServiceError } from "../errors.ts";
import type { ByteRange, FileContent } from "./storage-ports.ts";

/** Bytes from `start` to `end`, both inclusive; without `end`, to the end of the file. */
export interface BytePart {
  readonly start: number;
  readonly end?: number;
}

/** A response whose body is not read yet. */
export interface OpenedPart<Content> {
  readonly content: Content;
  /** Releases the connection of a body that will not be read. */
  close(): void;
}

/** The two requests needed to read a range. Both return undefined for a file that does not exist. */
export interface RangeSource<Content> {
  /** Bytes in the whole file. */
  size(): Promise<number | undefined>;
  /** Requests the part, or the whole file if `part` is undefined. */
  open(part: BytePart | undefined): Promise<OpenedPart<Content> | undefined>;
}

/**
 * Opens a file or a part of it; undefined if the file does not exist.
 * @throws ServiceError `range_not_satisfiable` if the range starts at or after the end of the file.
 */
export async function openFileRange<Content extends Omit<FileContent, "start">>(
  source: RangeSource<Content>,
  range: ByteRange | undefined,
): Promise<(Content & { readonly start: number }) | undefined> {
  const part = range !== undefined && "suffix" in range ? await partAtEnd(source, range.suffix) : range;
  if (range !== undefined && part === undefined) return undefined;
  const opened = await source.open(part);
  if (opened === undefined) return undefined;
  const { content, close } = opened;
  // Azurite returns an empty body for a range that starts at the end of the file; Azure returns 416.
  if (part !== undefined && part.start >= content.size) {
    close();
    throw rangeNotSatisfiable(content.size);
  }
  return { ...content, start: part?.start ?? 0 };
}

/** Blob storage has no suffix ranges, so the size is requested first. */
async function partAtEnd(source: RangeSource<unknown>, suffix: number): Promise<BytePart | undefined> {
  const size = await source.size();
  if (size === undefined) return undefined;
  if (suffix === 0 || size === 0) throw rangeNotSatisfiable(size);
  return { start: Math.max(0, size - suffix), end: size - 1 };
}

/** The error of a range outside of a file of `size` bytes. */
export function rangeNotSatisfiable(size: number): ServiceError {
  return new ServiceError("range_not_satisfiable", `The file has ${size} bytes; the range starts after its end.`, {
    headers: { "content-range": `bytes */${size}` },
  });
}

/** Total number of bytes in a Content-Range header, such as 120 in `bytes 0-9/120`; undefined if it has none. */
export function totalBytes(contentRange: string | undefined): number | undefined {
  const digits = /\/(\d+)$/.exec(contentRange ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}
