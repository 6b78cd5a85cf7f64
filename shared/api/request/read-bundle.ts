/** Receives a job with its files: a zip, or a form with a job and a zip. The zip is written to disk as it arrives. */
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
  /** Largest job document, in bytes. */
  readonly maxBodyBytes: number;
  /** Largest body that contains a job and its files, in bytes. */
  readonly maxBundleBytes: number;
}

/**
 * Calls `use` with the job and its files. The zip is deleted when `use` has ended.
 * @throws ServiceError `empty_body`, `body_too_large`, `request_timeout`, `invalid_request`, `invalid_bundle`.
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
  return receiveBundle(
    receive,
    { maxJobBytes: limits.maxBodyBytes, acceptsJobPath: true, ...defined({ jobPath }) },
    use,
  );
}

/** A valid form has two parts with short headers. */
const formLimits = { parts: 10, headerPairs: 20, headerSize: 8192, fieldNameSize: 100 };

/** Milliseconds within which the end of the form must be found once all bytes are read. */
const formEndMs = 10_000;

async function readForm(
  request: HttpRequest,
  zip: string,
  { maxBodyBytes, maxBundleBytes }: SubmissionLimits,
): Promise<Received> {
  const form = openForm(request);
  const parts = new Map<string, Promise<Partial<Received>>>();
  const contents: Readable[] = [];
  const readPart = async (name: string, content: Readable, format: "json" | "yaml"): Promise<Partial<Received>> => {
    if (parts.has(name)) throw invalidForm(`The form has two parts ${JSON.stringify(name)}.`);
    if (name === "bundle") return { sha256: await writeZip(content, zip) };
    if (name === "job") return { job: { source: await readJob(content, maxBodyBytes), format } };
    throw invalidForm(`The form has a part ${JSON.stringify(name.slice(0, 100))}; expected job and bundle.`);
  };
  form.on("file", (name, content, fileName, _encoding, type) => {
    contents.push(content);
    // The library also emits errors of the form on unread parts.
    content.on("error", () => undefined);
    const part = readPart(name, content, jobFormatOf(type, fileName));
    // The results are awaited after the form's end. Until then a rejection must not count as unhandled.
    part.catch((error: Error) => form.destroy(error));
    parts.set(name, part);
  });
  const errors: unknown[] = [];
  await writeForm(form, bodyChunks(request, maxBundleBytes)).catch((error: Error) => {
    errors.push(error);
    // The parts of an incomplete form never end.
    for (const content of contents) content.destroy(error);
  });
  const settled = await Promise.allSettled(parts.values());
  errors.push(...settled.flatMap((part) => (part.status === "rejected" ? [part.reason] : [])));
  if (errors.length > 0) throw errors.find((error) => error instanceof ServiceError) ?? unreadableForm(errors[0]);
  if (parts.size === 0) throw invalidForm("The form has no parts; expected job and bundle.");
  return Object.assign({}, ...settled.map((part) => (part.status === "fulfilled" ? part.value : {})));
}

/** Writes the body to the form. @throws the error of either, or an Error if the form has no closing boundary. */
async function writeForm(form: Writable, body: AsyncIterable<Uint8Array>): Promise<void> {
  const timeout = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  async function* timedBody(): AsyncGenerator<Uint8Array> {
    yield* body;
    timer = setTimeout(() => timeout.abort(new Error("it has no closing boundary")), formEndMs);
  }
  try {
    await pipeline(timedBody(), form, { signal: timeout.signal });
  } catch (error) {
    throw timeout.signal.aborted ? timeout.signal.reason : error;
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
    throw unreadableForm(error);
  }
}

function unreadableForm(error: unknown): ServiceError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ServiceError("invalid_request", `The form cannot be read: ${reason}.`, { cause: error });
}

function invalidForm(message: string): ServiceError {
  return new ServiceError("invalid_request", message);
}

async function readJob(content: Readable, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes)
      throw new ServiceError(
        "body_too_large",
        `The part job has more than ${maxBytes} bytes; at most ${maxBytes} are accepted.`,
      );
    chunks.push(chunk);
  }
  if (size === 0) throw new ServiceError("empty_body", "The part job is empty.");
  return Buffer.concat(chunks);
}
