/** Reads a job that comes with its files, from a zip or from a form with both. The zip goes to disk as it comes in. */
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { HttpRequest } from "@azure/functions";
import { Busboy } from "@fastify/busboy";
import { type Received, receiveBundle } from "../../bundle/receive-bundle.ts";
import { writeZip } from "../../bundle/zip/write-zip.ts";
import { ServiceError } from "../../core/errors.ts";
import type { JobWithFiles } from "../../core/records/submission.ts";
import { defined } from "../../lib/defined.ts";
import { jobFormatOf } from "./media-types.ts";
import { bodyChunks } from "./read-body.ts";

export interface SubmissionLimits {
  /** Bytes of a job. */
  readonly maxBodyBytes: number;
  /** Bytes of a request that brings files. */
  readonly maxBundleBytes: number;
}

/**
 * Hands on a job and its files; the zip is there until that is done.
 * @throws ServiceError `empty_body`, `body_too_large`, `invalid_request`, `invalid_bundle`.
 */
export async function withBundle<T>(
  request: HttpRequest,
  format: "multipart" | "zip",
  { jobPath, ...limits }: SubmissionLimits & { readonly jobPath?: string | undefined },
  use: (job: JobWithFiles) => T | Promise<T>,
): Promise<T> {
  const receive = async (zip: string): Promise<Received> =>
    format === "zip"
      ? { sha256: await writeZip(bodyChunks(request, limits.maxBundleBytes), zip) }
      : readForm(request, zip, limits);
  const options = {
    maxJobBytes: limits.maxBodyBytes,
    takesJobPath: true,
    ...defined({ jobPath }),
  };
  return receiveBundle(receive, options, use);
}

/** A form has few parts, and each has its name and little else in its head. */
const formLimits = { parts: 10, headerPairs: 20, headerSize: 8192, fieldNameSize: 100 };

/** Milliseconds that a form has to end once all of its bytes are read. */
const formEndMs = 10_000;

async function readForm(
  request: HttpRequest,
  zip: string,
  { maxBodyBytes, maxBundleBytes }: SubmissionLimits,
): Promise<Received> {
  const form = openForm(request);
  const parts = new Map<string, Promise<Partial<Received>>>();
  const contents: Readable[] = [];
  form.on("file", (name, content, fileName, _encoding, type) => {
    contents.push(content);
    // The library reports the end of a form to parts that nobody reads, too.
    content.on("error", () => undefined);
    const part = parts.has(name)
      ? refuse(`The form has two parts ${JSON.stringify(name)}.`)
      : readPart(name, content, jobFormatOf(type, fileName));
    // Looked at when the form has ended; until then a refusal must not be unhandled.
    part.catch((error: Error) => form.destroy(error));
    parts.set(name, part);
  });
  const readPart = async (name: string, content: Readable, format: "json" | "yaml"): Promise<Partial<Received>> => {
    if (name === "bundle") return { sha256: await writeZip(content, zip) };
    if (name === "job") return { job: { source: await readText(content, maxBodyBytes), format } };
    return refuse(`The form has a part ${JSON.stringify(name.slice(0, 100))}; expected job and bundle.`);
  };
  const cause = await feed(form, bodyChunks(request, maxBundleBytes));
  // A form that breaks off does not end its parts.
  if (cause !== undefined) for (const content of contents) content.destroy(cause);
  const settled = await Promise.allSettled(parts.values());
  if (cause instanceof ServiceError) throw cause;
  const failed = settled.find((part) => part.status === "rejected");
  if (failed?.reason instanceof ServiceError) throw failed.reason;
  if (cause !== undefined || failed !== undefined) throw unreadable(cause ?? failed?.reason);
  if (parts.size === 0) throw new ServiceError("invalid_request", "The form has neither a part job nor a part bundle.");
  return Object.assign({}, ...settled.map((part) => (part.status === "fulfilled" ? part.value : {})));
}

/** Passes the body to the form; the error that ended it, if any. */
async function feed(form: Writable, body: AsyncIterable<Uint8Array>): Promise<Error | undefined> {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  async function* timed(): AsyncGenerator<Uint8Array> {
    yield* body;
    timer = setTimeout(() => late.abort(new Error("It does not end")), formEndMs);
  }
  try {
    await pipeline(timed(), form, { signal: late.signal });
    return undefined;
  } catch (error) {
    const reason: unknown = late.signal.aborted ? late.signal.reason : error;
    return reason instanceof Error ? reason : new Error(String(reason));
  } finally {
    clearTimeout(timer);
  }
}

function openForm(request: HttpRequest): InstanceType<typeof Busboy> {
  try {
    return new Busboy({
      headers: { "content-type": request.headers.get("content-type") ?? "" },
      limits: formLimits,
      isPartAFile: () => true,
    });
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(error: unknown): ServiceError {
  return new ServiceError(
    "invalid_request",
    `The form cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    { cause: error },
  );
}

async function refuse(message: string): Promise<never> {
  throw new ServiceError("invalid_request", message);
}

async function readText(content: Readable, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes)
      throw new ServiceError(
        "body_too_large",
        `The part job has more than ${maxBytes} bytes, the most that are taken.`,
      );
    chunks.push(chunk);
  }
  if (size === 0) throw new ServiceError("empty_body", "The part job is empty.");
  return Buffer.concat(chunks);
}
