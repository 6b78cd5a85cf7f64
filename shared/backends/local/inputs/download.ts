import type { LookupAddress } from "node:dns";
import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { defined } from "../../../lib/defined.ts";
import { proxyFor } from "../../../lib/proxy.ts";
import { DownloadError } from "./download-error.ts";
import { httpsGet } from "./https-get.ts";
import { isPublicAddress } from "./is-public-address.ts";
import { redactUrl } from "./redact-url.ts";
import { type ResolveOptions, resolvePublicHost } from "./resolve-public-host.ts";

export interface DownloadOptions extends Partial<ResolveOptions> {
  /** Size limit of one file; 1 GiB by default. */
  readonly maxBytes?: number;
  /** Time limit for one file, redirects included; 10 minutes by default. */
  readonly timeoutMs?: number;
  /** Certificates to trust instead of the system's, as PEM. */
  readonly ca?: string;
}

/** Downloads an https URL to a file. @throws DownloadError, or the signal's reason. */
export type Download = (url: string, file: string, signal: AbortSignal) => Promise<void>;

const defaultMaxBytes = 1024 ** 3;
const defaultTimeoutMs = 10 * 60_000;
const maxRedirects = 5;
const redirectStatuses: readonly (number | undefined)[] = [301, 302, 303, 307, 308];

/** All addresses of a host, by the system's resolver. */
async function resolveHost(host: string): Promise<readonly LookupAddress[]> {
  return (await import("node:dns")).promises.lookup(host, { all: true });
}

/**
 * Creates a download that connects to public addresses only, because a job must not read the private network of this
 * machine. A host is resolved once and the connection uses the checked addresses, so a second resolution cannot change
 * them. Redirects are checked in the same way. A proxy receives the checked address, so that it does not resolve the
 * host itself.
 */
export function createDownload({
  maxBytes = defaultMaxBytes,
  timeoutMs = defaultTimeoutMs,
  resolve = resolveHost,
  allow = isPublicAddress,
  proxy = proxyFor,
  ca,
}: DownloadOptions = {}): Download {
  /** Requests a URL and follows its redirects. */
  async function get(start: string, signal: AbortSignal): Promise<IncomingMessage> {
    let url = new URL(start);
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const addresses = await resolvePublicHost(url, { resolve, allow, proxy }, signal);
      const response = await httpsGet(url, { addresses, proxy: proxy(url.href), signal, ...defined({ ca }) });
      if (response.statusCode === 200) return response;
      response.destroy();
      url = redirectTarget(url, response);
    }
    throw new DownloadError(`${redactUrl(start)} has more than ${maxRedirects} redirects.`);
  }

  async function save(url: string, file: string, signal: AbortSignal): Promise<void> {
    const response = await get(url, signal);
    const tooLarge = new DownloadError(
      `${redactUrl(url)} has more than ${maxBytes} bytes, the limit for an input on this machine.`,
    );
    if (Number(response.headers["content-length"] ?? 0) > maxBytes) {
      response.destroy();
      throw tooLarge;
    }
    const draft = `${file}.part`;
    await pipeline(response, limitSize(maxBytes, tooLarge), createWriteStream(draft, { mode: 0o600 }), { signal });
    await rename(draft, file);
  }

  return async (url, file, signal) => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      await save(url, file, limited);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DownloadError) throw error;
      const problem = limited.aborted
        ? `took longer than ${timeoutMs / 1000} seconds.`
        : `could not be downloaded: ${error instanceof Error ? error.message : String(error)}`;
      throw new DownloadError(`${redactUrl(url)} ${problem}`, { cause: error });
    }
  };
}

/** The URL that a response redirects to. @throws DownloadError for a response that is not a redirect. */
function redirectTarget(url: URL, { statusCode, headers }: IncomingMessage): URL {
  const target = redirectStatuses.includes(statusCode) ? URL.parse(headers.location ?? "", url.href) : null;
  if (target === null)
    throw new DownloadError(`${redactUrl(url.href)} returned the status ${statusCode}; expected 200.`);
  return target;
}

/** A stream that fails with `error` after `maxBytes`. */
function limitSize(maxBytes: number, error: Error): Transform {
  let receivedBytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      receivedBytes += chunk.length;
      if (receivedBytes > maxBytes) done(error);
      else done(null, chunk);
    },
  });
}
