/** Reads a job that comes with its files, from a zip or from a form with both. The zip goes to disk as it comes in. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { HttpRequest } from "@azure/functions";
import { Busboy } from "@fastify/busboy";
import { checkContents } from "../bundle/check-contents.ts";
import { type Bundle, openBundle } from "../bundle/open-bundle.ts";
import { writeZip } from "../bundle/write-zip.ts";
import { ServiceError } from "../core/errors.ts";
import type { Submission } from "../core/submission.ts";
import { formatOf } from "./media-types.ts";
import { bodyParts } from "./read-body.ts";

export interface SubmissionLimits {
  /** Bytes of a job. */
  readonly maxBodyBytes: number;
  /** Bytes of a request that brings files. */
  readonly maxBundleBytes: number;
}

type JobWithFiles = Pick<Submission, "source" | "format" | "bundle">;

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
  const folder = await mkdtemp(join(tmpdir(), "jobgate-bundle-"));
  try {
    const zip = join(folder, "bundle.zip");
    const { job, sha256 } = format === "zip" ? await readZip(request, zip, limits) : await readForm(request, zip, limits);
    if (sha256 === undefined) {
      if (job === undefined) throw new ServiceError("invalid_request", "The form has neither a part job nor a part bundle.");
      return await use(job);
    }
    const files = await openBundle(zip, { maxReadBytes: Math.max(limits.maxBodyBytes, 1024 * 1024) });
    try {
      await checkContents(files);
      const read = job ?? (jobPath === undefined ? findJob(files, limits.maxBodyBytes) : readJob(files, jobPath, limits.maxBodyBytes));
      return await use({ ...read, bundle: { sha256, files, zip, ...folderOf(files, jobPath) } });
    } finally {
      await files.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Received {
  readonly job?: Pick<Submission, "source" | "format">;
  /** Of the zip, which then is on disk. */
  readonly sha256?: string;
}

async function readZip(request: HttpRequest, zip: string, { maxBundleBytes }: SubmissionLimits): Promise<Received> {
  return { sha256: await writeZip(bodyParts(request, maxBundleBytes), zip) };
}

/** A form has few parts, and each has its name and little else in its head. */
const formLimits = { parts: 10, headerPairs: 20, headerSize: 8192, fieldNameSize: 100 };

async function readForm(request: HttpRequest, zip: string, { maxBodyBytes, maxBundleBytes }: SubmissionLimits): Promise<Received> {
  const form = openForm(request);
  const parts = new Map<string, Promise<Received>>();
  form.on("file", (name, content, fileName, _encoding, type) => {
    const part = parts.has(name) ? refuse(`The form has two parts ${JSON.stringify(name)}.`) : readPart(name, content, formatOf(type, fileName));
    // It is looked at when the form is through; until then a refusal must not go unheard.
    part.catch((error: Error) => form.destroy(error));
    parts.set(name, part);
  });
  const readPart = async (name: string, content: Readable, format: "json" | "yaml"): Promise<Received> => {
    if (name === "bundle") return { sha256: await writeZip(content, zip) };
    if (name === "job") return { job: { source: await readText(content, maxBodyBytes), format } };
    return refuse(`The form has a part ${JSON.stringify(name.slice(0, 100))}; expected job and bundle.`);
  };
  let cause: unknown;
  const body = bodyParts(request, maxBundleBytes);
  try {
    await pipeline(body, form);
  } catch (error) {
    cause = error;
  }
  const settled = await Promise.allSettled(parts.values());
  if (cause instanceof ServiceError) throw cause;
  const failed = settled.find((part) => part.status === "rejected");
  if (failed?.reason instanceof ServiceError) throw failed.reason;
  if (cause !== undefined || failed !== undefined) throw unreadable(cause ?? failed?.reason);
  return Object.assign({}, ...settled.map((part) => (part.status === "fulfilled" ? part.value : {})));
}

function openForm(request: HttpRequest): InstanceType<typeof Busboy> {
  try {
    return new Busboy({ headers: { "content-type": request.headers.get("content-type") ?? "" }, limits: formLimits, isPartAFile: () => true });
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(error: unknown): ServiceError {
  return new ServiceError("invalid_request", `The form cannot be read: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
}

async function refuse(message: string): Promise<never> {
  throw new ServiceError("invalid_request", message);
}

async function readText(content: Readable, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new ServiceError("body_too_large", `The part job has more than ${maxBytes} bytes, the most that are taken.`);
    chunks.push(chunk);
  }
  if (size === 0) throw new ServiceError("empty_body", "The part job is empty.");
  return Buffer.concat(chunks);
}

const jobNames = ["job.yml", "job.yaml", "job.json"];

/** The job of a zip that comes alone. @throws ServiceError `invalid_bundle`, `body_too_large`. */
function findJob(bundle: Bundle, maxBytes: number): Pick<Submission, "source" | "format"> {
  const [file, ...others] = bundle.files.filter(({ path }) => jobNames.includes(path));
  if (file === undefined || others.length > 0) {
    const inFolder = bundle.files.find(({ path }) => jobNames.includes(path.slice(path.lastIndexOf("/") + 1)));
    const found =
      file !== undefined ? `has ${[file, ...others].map(({ path }) => path).join(" and ")}` : inFolder === undefined ? "has none" : `has ${inFolder.path}`;
    throw new ServiceError(
      "invalid_bundle",
      `A zip that comes alone has its job at the top, as one of ${jobNames.join(", ")}, or says where it is with ?job=PATH; this one ${found}.`,
    );
  }
  return readJob(bundle, file.path, maxBytes);
}

function readJob(bundle: Bundle, path: string, maxBytes: number): Pick<Submission, "source" | "format"> {
  const file = bundle.files.find((each) => each.path === path);
  if (file === undefined) throw new ServiceError("invalid_bundle", `The bundle has no file ${JSON.stringify(path)}, which is to be the job.`);
  if (file.size > maxBytes) throw new ServiceError("body_too_large", `${path} has ${file.size} bytes; at most ${maxBytes} are taken.`);
  return { source: bundle.read(path) ?? "", format: formatOf(undefined, path) };
}

/** Where the paths of a job start; absent at the top. @throws ServiceError `invalid_bundle` for a folder that is not there. */
function folderOf(bundle: Bundle, jobPath = ""): { readonly folder?: string } {
  const end = jobPath.lastIndexOf("/");
  if (end < 0) return {};
  const folder = jobPath.slice(0, end);
  if (bundle.kind(folder) === "folder") return { folder };
  throw new ServiceError("invalid_bundle", `The bundle has no folder ${JSON.stringify(folder)}, in which the job is to be.`);
}
