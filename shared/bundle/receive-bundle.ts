/**
 * Receives a job together with its files, from a request or from the inbox. The zip stays on disk while the job is
 * validated.
 */
import { join } from "node:path";
import { ServiceError } from "../core/errors.ts";
import type { ReadBundle } from "../core/ports/inbox-ports.ts";
import type { JobWithFiles } from "../core/records/submission.ts";
import { checkContents } from "./check-contents.ts";
import { findJobFile } from "./find-job-file.ts";
import { type Bundle, openBundle } from "./open-bundle.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";
import { writeZip } from "./zip/write-zip.ts";

type JobText = Pick<JobWithFiles, "source" | "format">;

/** A received job, the SHA-256 of a received zip that has been written to disk, or both. */
export type Received =
  | { readonly job: JobText; readonly sha256?: undefined }
  | { readonly job?: JobText; readonly sha256: string };

export interface ReceiveOptions {
  readonly maxJobBytes: number;
  /** Path of the job file in the zip; by default a job file in the root folder. */
  readonly jobPath?: string;
  /** Whether the caller can give the path with `?job=`. */
  readonly acceptsJobPath: boolean;
}

/**
 * Receives a job, validates its bundle, and calls `use` with both. The zip is deleted after `use` has ended.
 * @param receive writes the zip, if there is one, to the given path.
 * @throws ServiceError `invalid_bundle`, `body_too_large`, and the errors of `receive` and `use`.
 */
export async function receiveBundle<T>(
  receive: (zip: string) => Promise<Received>,
  { maxJobBytes, jobPath, acceptsJobPath }: ReceiveOptions,
  use: (job: JobWithFiles) => T | Promise<T>,
): Promise<T> {
  return withTemporaryFolder(async (folder) => {
    const zip = join(folder, "bundle.zip");
    const received = await receive(zip);
    if (received.sha256 === undefined) return use(received.job);
    const { job, sha256 } = received;
    const files = await openBundle(zip, { maxReadBytes: Math.max(maxJobBytes, 1024 * 1024) });
    try {
      await checkContents(files);
      const read = job ?? readJob(files, jobPath ?? findJobFile(files, acceptsJobPath), maxJobBytes);
      return await use({ ...read, bundle: { sha256, files, zip, ...folderOf(files, jobPath) } });
    } finally {
      await files.close();
    }
  });
}

/** Reads zips that contain their job. */
export function createReadBundle(maxJobBytes: number): ReadBundle {
  return (zip, use) =>
    receiveBundle(async (file) => ({ sha256: await writeZip(zip, file) }), { maxJobBytes, acceptsJobPath: false }, use);
}

function readJob(bundle: Bundle, path: string, maxBytes: number): JobText {
  const file = bundle.file(path);
  if (file === undefined)
    throw new ServiceError("invalid_bundle", `The bundle has no job file ${JSON.stringify(path)}.`);
  if (file.size > maxBytes)
    throw new ServiceError("body_too_large", `${path} has ${file.size} bytes; at most ${maxBytes} are allowed.`);
  return { source: bundle.read(path) ?? "", format: path.endsWith(".json") ? "json" : "yaml" };
}

/**
 * The folder of the job, which its paths are relative to; absent for the root folder.
 * @throws ServiceError `invalid_bundle` for a folder that does not exist.
 */
function folderOf(bundle: Bundle, jobPath = ""): { readonly folder?: string } {
  const end = jobPath.lastIndexOf("/");
  if (end < 0) return {};
  const folder = jobPath.slice(0, end);
  if (bundle.kind(folder) === "folder") return { folder };
  throw new ServiceError("invalid_bundle", `The bundle has no folder ${JSON.stringify(folder)} for the job.`);
}
