import { ServiceError } from "../core/errors.ts";
import { isPlainPath } from "../core/plain-path.ts";
import type { ByteRange, CallOptions, FileContent, JobFiles } from "../core/ports.ts";
import { getJob } from "./get-job.ts";
import { type RefreshLogUrlsPorts, refreshLogUrls, stillGood } from "./refresh-log-urls.ts";

export interface LogFilePorts extends RefreshLogUrlsPorts {
  readonly logs: JobFiles;
  /** Minutes that a URL of ours works. */
  readonly logUrlMinutes: number;
}

/**
 * Log name -> a URL that reads it now. Ours are signed here, for this one file, for minutes; a backend's are kept and
 * fetched anew before they end.
 * @throws ServiceError `job_not_found`.
 */
export async function listLogFiles(ports: LogFilePorts, name: string, options: CallOptions = {}): Promise<Record<string, string>> {
  await getJob(ports, name, options);
  if (ports.backend.logs === "signed") return { ...(await signedUrls(ports, name, options)) };
  const expires = new Date(ports.clock.now().getTime() + ports.logUrlMinutes * 60_000);
  const files = await ports.logs.list(name, options);
  return Object.fromEntries(await Promise.all(files.map(async ({ path }) => [path, await ports.logs.sign(name, path, expires, options)] as const)));
}

/** Part or all of a log. @throws ServiceError `job_not_found`, `log_not_found`, `range_not_satisfiable`. */
export async function readLogFile(ports: LogFilePorts, name: string, path: string, range?: ByteRange, options: CallOptions = {}): Promise<FileContent> {
  await getJob(ports, name, options);
  const content = isPlainPath(path) ? await read(ports, name, path, range, options) : undefined;
  if (content === undefined) throw new ServiceError("log_not_found", `Job ${name} has no log ${JSON.stringify(path.slice(0, 200))}.`);
  return content;
}

async function read(ports: LogFilePorts, name: string, path: string, range: ByteRange | undefined, options: CallOptions) {
  if (ports.backend.logs === "stored") return ports.logs.read(name, path, range, options);
  const urls = await signedUrls(ports, name, options);
  const url = Object.hasOwn(urls, path) ? urls[path] : undefined;
  return url === undefined ? undefined : ports.backend.readLog?.(url, range, options);
}

async function signedUrls(ports: LogFilePorts, name: string, options: CallOptions): Promise<Readonly<Record<string, string>>> {
  const kept = await ports.logUrls.get(name, options);
  const urls = kept !== undefined && stillGood(kept, ports.clock.now()) ? kept : await refreshLogUrls(ports, name, options);
  return urls?.urls ?? {};
}
