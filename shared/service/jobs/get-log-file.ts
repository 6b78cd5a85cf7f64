import { isServiceError, ServiceError } from "../../core/errors.ts";
import { LogUrlRefused } from "../../core/ports/backend-port.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { ByteRange, FileContent, JobFile, JobFiles } from "../../core/ports/storage-ports.ts";
import { isFinished } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { isBeforeRunning } from "../../core/records/status.ts";
import { isBlobSafePath } from "../../core/text/blob-safe-path.ts";
import { fetchLogUrls, type RefreshLogUrlsPorts, usableLogUrls } from "../lifecycle/refresh-log-urls.ts";
import { type GetJobPorts, getJob } from "./get-job.ts";
import { readInParts } from "./read-in-parts.ts";

export interface LogFilePorts extends RefreshLogUrlsPorts, GetJobPorts {
  readonly logs: JobFiles;
  /** Minutes for which a URL signed by the service is valid. */
  readonly logUrlMinutes: number;
}

/**
 * Log name -> signed URL of the log. URLs of the service's own storage are signed for one file and a few minutes; URLs
 * from a backend are stored, and refreshed before they expire.
 * @throws ServiceError `job_not_found`.
 */
export async function listLogFiles(
  ports: LogFilePorts,
  name: string,
  options: CallOptions = {},
): Promise<Readonly<Record<string, string>>> {
  const record = await getJob(ports, name, options);
  if (ports.backend.logs === "signed") return usableLogUrls(ports, record, options);
  const expires = urlExpiry(ports);
  const files = await ports.logs.list(name, options);
  return Object.fromEntries(
    await Promise.all(
      files.map(async ({ path }) => [path, await ports.logs.sign(name, path, expires, options)] as const),
    ),
  );
}

/** A range of a log, or all of it. @throws ServiceError `job_not_found`, `log_not_found`, `range_not_satisfiable`. */
export async function getLogFile(
  ports: LogFilePorts,
  name: string,
  path: string,
  range?: ByteRange,
  options: CallOptions = {},
): Promise<JobFile> {
  const record = await getJob(ports, name, options);
  const content = isBlobSafePath(path)
    ? await readInParts((part) => readLog(ports, record, path, part, options), range)
    : undefined;
  if (content === undefined) throw logNotFound(record, path);
  return { ...content, url: () => signedLogUrl(ports, record, path, options) };
}

/** Expiry of a newly signed URL. */
export function urlExpiry({ clock, logUrlMinutes }: Pick<LogFilePorts, "clock" | "logUrlMinutes">): Date {
  return new Date(clock.now().getTime() + logUrlMinutes * 60_000);
}

async function signedLogUrl(
  ports: LogFilePorts,
  record: JobRecord,
  path: string,
  options: CallOptions,
): Promise<string | undefined> {
  if (ports.backend.logs === "signed") return findUrl(await usableLogUrls(ports, record, options), path);
  return undefinedIfUnsigned(ports.logs.sign(record.name, path, urlExpiry(ports), options));
}

/** A signed URL; undefined if the service has no identity to sign with, or cannot get a key now. */
export async function undefinedIfUnsigned(signed: Promise<string>): Promise<string | undefined> {
  try {
    return await signed;
  } catch (error) {
    if (!isServiceError(error, "unavailable")) throw error;
    return undefined;
  }
}

function logNotFound(record: JobRecord, path: string): ServiceError {
  const { name, status, started_at, log_names } = record;
  const log = JSON.stringify(path.slice(0, 200));
  return new ServiceError("log_not_found", `Job ${name} has no log ${log}${missingLogReason()}.`);

  function missingLogReason(): string {
    if (isFinished(record) && log_names.length > 0)
      return `; its logs are ${log_names.slice(0, 5).join(", ")}${log_names.length > 5 ? " ..." : ""}`;
    if (isFinished(record)) return started_at === undefined ? `: it is ${status} and never started` : "";
    return isBeforeRunning(status) ? ` yet: it has not started, its status is ${status}` : ` yet; it is ${status}`;
  }
}

async function readLog(
  ports: LogFilePorts,
  record: JobRecord,
  path: string,
  range: ByteRange | undefined,
  options: CallOptions,
) {
  if (ports.backend.logs === "stored") return ports.logs.read(record.name, path, range, options);
  const url = findUrl(await usableLogUrls(ports, record, options), path);
  if (url === undefined) return undefined;
  try {
    return await ports.backend.readLog?.(url, range, options);
  } catch (error) {
    if (!(error instanceof LogUrlRefused)) throw error;
    return readWithFreshUrl(ports, record, path, range, { ...options, refused: url });
  }
}

/** Retries with fresh URLs, because the stored ones were signed with a key that has been replaced. */
async function readWithFreshUrl(
  ports: LogFilePorts,
  record: JobRecord,
  path: string,
  range: ByteRange | undefined,
  { refused, ...options }: CallOptions & { readonly refused: string },
): Promise<FileContent | undefined> {
  const url = findUrl((await fetchLogUrls(ports, record, options))?.urls ?? {}, path);
  try {
    if (url !== refused) return url === undefined ? undefined : await ports.backend.readLog?.(url, range, options);
  } catch (error) {
    if (!(error instanceof LogUrlRefused)) throw error;
  }
  throw new ServiceError(
    "unavailable",
    `The log cannot be read, because the storage of the backend ${record.backend} rejects its signed URL.`,
  );
}

function findUrl(urls: Readonly<Record<string, string>>, path: string): string | undefined {
  return Object.hasOwn(urls, path) ? urls[path] : undefined;
}
