import { isServiceError, ServiceError } from "../../core/errors.ts";
import type { ByteRange, FileContent, JobFile } from "../../core/ports/storage-ports.ts";

/** Opens a range of a file, or all of it; undefined if the file does not exist. */
export type OpenFile = (range?: ByteRange) => Promise<FileContent | undefined>;

/** Size of one read in bytes. A slow client uses this much memory and no open connection to storage. */
export const partBytes = 1024 * 1024;

/**
 * Opens a file, or a range of it. The body reads it in parts as it is consumed, and fails if the file has changed
 * since, except that it may have grown.
 * @throws ServiceError `range_not_satisfiable`.
 */
export async function readInParts(open: OpenFile, range?: ByteRange): Promise<Omit<JobFile, "url"> | undefined> {
  const first = await openFirst(open, range);
  if (first === undefined) return undefined;
  const { size, start, etag } = first;
  const last =
    range === undefined || "suffix" in range || range.end === undefined ? size - 1 : Math.min(range.end, size - 1);
  const length = Math.max(0, last - start + 1);
  return { size, start, length, etag, body: readParts(open, first, length), close: () => release(first) };
}

async function openFirst(open: OpenFile, range: ByteRange | undefined): Promise<FileContent | undefined> {
  if (range !== undefined && "suffix" in range) return open(range);
  const start = range?.start ?? 0;
  try {
    return await open({ start, end: Math.min(range?.end ?? Number.MAX_SAFE_INTEGER, start + partBytes - 1) });
  } catch (error) {
    // A range request for an empty file fails.
    if (range === undefined && isServiceError(error, "range_not_satisfiable")) return open();
    throw error;
  }
}

async function* readParts(open: OpenFile, first: FileContent, length: number): AsyncGenerator<Uint8Array> {
  const end = first.start + length;
  // A suffix range of a large file is one long part; a slow client must not keep its connection open.
  const isPart = first.length <= partBytes;
  if (!isPart) await release(first);
  for (let at = first.start, part: FileContent | undefined = isPart ? first : undefined; at < end; part = undefined) {
    part ??= await open({ start: at, end: Math.min(end, at + partBytes) - 1 });
    checkUnchanged(first, part);
    const bytes = await readAll(part);
    if (bytes.length === 0) throw changed();
    yield bytes.subarray(0, end - at);
    at += bytes.length;
  }
}

/** Releases the connection of a body: a loop that ends early closes its iterator. */
async function release({ body }: FileContent): Promise<void> {
  for await (const _ of body) break;
}

async function readAll({ body }: FileContent): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A log that is being written gets a new ETag with each write, but its earlier bytes do not change. */
function checkUnchanged(first: FileContent, part: FileContent | undefined): asserts part is FileContent {
  if (part === undefined || (part.etag !== first.etag && part.size <= first.size)) throw changed();
}

function changed(): ServiceError {
  return new ServiceError("conflict", "The file changed while it was read. Read it again.");
}
