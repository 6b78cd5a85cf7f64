import type { BlobClient } from "@azure/storage-blob";
import {
  type BytePart,
  type OpenedPart,
  openFileRange,
  rangeNotSatisfiable,
  totalBytes,
} from "../../core/ports/open-file-range.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { ByteRange, FileContent } from "../../core/ports/storage-ports.ts";
import { defined } from "../../lib/defined.ts";
import { abortableUntilOpen, chunksOf, closeBody } from "../../lib/response-body.ts";
import type { StorageCall } from "../account/storage-call.ts";
import { isErrorResponse, undefinedIfNotFound } from "../account/storage-refusal.ts";

export interface BlobContent extends FileContent {
  /** RFC 3339, UTC, in whole seconds. */
  readonly modified_at: string;
}

export interface ReadOptions extends CallOptions {
  /** The ETag that the blob must have. */
  readonly ifMatch?: string;
}

/**
 * Opens a blob or a part of it; undefined if it does not exist. The body is downloaded while it is read, and the time
 * limit of the call applies to each chunk.
 * @throws ServiceError `range_not_satisfiable`, `conflict` for another ETag.
 */
export function openRead(
  blob: BlobClient,
  call: StorageCall,
  range?: ByteRange,
  options: ReadOptions = {},
): Promise<BlobContent | undefined> {
  const size = () => blobSize(blob, call, options);
  const open = async (part: BytePart | undefined) => {
    try {
      return await download(blob, call, part, options);
    } catch (error) {
      throw isErrorResponse(error, 416) ? rangeNotSatisfiable((await size()) ?? 0) : error;
    }
  };
  return openFileRange({ size, open }, range);
}

async function download(
  blob: BlobClient,
  call: StorageCall,
  part: BytePart | undefined,
  options: ReadOptions,
): Promise<OpenedPart<Omit<BlobContent, "start">> | undefined> {
  const action = `read ${blob.containerName}/${blob.name}`;
  const count = part?.end === undefined ? undefined : part.end - part.start + 1;
  const conditions = defined({ ifMatch: options.ifMatch });
  const open = (signal: AbortSignal) =>
    abortableUntilOpen(signal, (abortSignal) => blob.download(part?.start ?? 0, count, { abortSignal, conditions }));
  const response = await undefinedIfNotFound(call(action, open, options));
  if (response === undefined) return undefined;
  const { contentLength: length = 0, etag = "", lastModified = new Date(0), readableStreamBody } = response;
  const content = {
    size: totalBytes(response.contentRange) ?? length,
    length,
    etag,
    modified_at: lastModified.toISOString(),
    body: chunksOf(readableStreamBody, (next) => call(action, next, { ...options, maxTries: 1 })),
  };
  return { content, close: () => closeBody(readableStreamBody) };
}

async function blobSize(blob: BlobClient, call: StorageCall, options: CallOptions): Promise<number | undefined> {
  const action = `get the size of ${blob.containerName}/${blob.name}`;
  return (await undefinedIfNotFound(call(action, (abortSignal) => blob.getProperties({ abortSignal }), options)))
    ?.contentLength;
}
