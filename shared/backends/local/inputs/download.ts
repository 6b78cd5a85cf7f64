import type { LookupAddress } from "node:dns";
import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import type { RequestOptions } from "node:https";
import { isIP } from "node:net";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { proxyFor } from "../../../lib/proxy.ts";
import { rejectOnAbort } from "../../../lib/reject-on-abort.ts";
import { isPublicAddress } from "./is-public-address.ts";
import { redactUrl } from "./local-input.ts";
import { openTunnel, type TunnelOptions } from "./open-tunnel.ts";

export interface DownloadOptions {
  /** The most that one file may hold; 1 GiB by default. */
  readonly maxBytes?: number;
  /** For one file, redirects included; 10 minutes by default. */
  readonly timeoutMs?: number;
  /** All addresses of a host; the system's resolver by default. */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>;
  /** Whether an address may be connected to; only public ones by default. */
  readonly allow?: (address: string) => boolean;
  /** The proxy for a URL; that of the environment by default. */
  readonly proxy?: (url: string) => URL | undefined;
  /** Certificates to trust instead of the system's, as PEM. */
  readonly ca?: string;
}

/** Fetches a file over https. @throws DownloadError, or the signal's reason. */
export type Download = (url: string, file: string, signal: AbortSignal) => Promise<void>;

/** A file that cannot be had; its message never shows a URL's query, which may hold a signature. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
}

const defaultMaxBytes = 1024 ** 3;
const defaultTimeoutMs = 10 * 60_000;
const maxRedirects = 5;
const redirects: readonly (number | undefined)[] = [301, 302, 303, 307, 308];

/**
 * Downloads from public addresses only: a job must not read what only this machine can reach. The addresses are looked up
 * once and checked, and the connection goes to those very addresses, so a name that resolves differently the next time
 * gains nothing. A redirect is a new URL that is checked in the same way. A proxy receives the checked address, never the name,
 * which it would resolve again.
 */
export function createDownload({
  maxBytes = defaultMaxBytes,
  timeoutMs = defaultTimeoutMs,
  resolve = async (host) => (await import("node:dns")).promises.lookup(host, { all: true }),
  allow = isPublicAddress,
  proxy: proxyOf = proxyFor,
  ca,
}: DownloadOptions = {}): Download {
  async function checkedAddresses(url: URL, signal: AbortSignal): Promise<readonly LookupAddress[]> {
    if (url.protocol !== "https:")
      throw new DownloadError(`${redactUrl(url.href)} is not https; expected an https URL.`);
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const addresses = isIP(host) > 0 ? [{ address: host, family: isIP(host) }] : await lookUp(url, host, signal);
    const refused = addresses.find(({ address }) => !allow(address));
    if (refused !== undefined)
      throw new DownloadError(`${url.hostname} is at ${refused.address}, which is not a public address.`);
    if (addresses.length === 0) throw new DownloadError(`${url.hostname} has no address.`);
    return addresses;
  }

  async function lookUp(url: URL, host: string, signal: AbortSignal): Promise<readonly LookupAddress[]> {
    try {
      return await rejectOnAbort(resolve(host), signal);
    } catch (error) {
      if (signal.aborted || proxyOf(url.href) === undefined) throw error;
      const reason = `${host} cannot be looked up on this machine (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}).`;
      throw new DownloadError(
        `${reason} The addresses of inputs are checked here, so their names must be known here, also with a proxy.`,
        { cause: error },
      );
    }
  }

  async function answerOf(start: string, signal: AbortSignal): Promise<IncomingMessage> {
    let url = new URL(start);
    for (let hops = 0; hops <= maxRedirects; hops++) {
      const addresses = await checkedAddresses(url, signal);
      const trust = ca === undefined ? {} : { ca };
      const proxy = proxyOf(url.href);
      const response =
        proxy === undefined
          ? await get(url, { agent: false, lookup: fixedLookup(addresses), signal, ...trust })
          : await getThrough(proxy, url, addresses, { signal, ...trust });
      if (response.statusCode === 200) return response;
      response.destroy();
      const location = redirects.includes(response.statusCode)
        ? URL.parse(response.headers.location ?? "", url.href)
        : null;
      if (location === null)
        throw new DownloadError(`${redactUrl(url.href)} answered ${response.statusCode}; expected 200.`);
      url = location;
    }
    throw new DownloadError(`${redactUrl(start)} leads through more than ${maxRedirects} redirects.`);
  }

  return async (url, file, signal) => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const draft = `${file}.part`;
    try {
      const response = await answerOf(url, limited);
      const tooLarge = new DownloadError(
        `${redactUrl(url)} has more than ${maxBytes} bytes, the most that an input may have here.`,
      );
      if (Number(response.headers["content-length"] ?? 0) > maxBytes) {
        response.destroy();
        throw tooLarge;
      }
      await pipeline(response, cap(maxBytes, tooLarge), createWriteStream(draft, { mode: 0o600 }), { signal: limited });
      await rename(draft, file);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DownloadError) throw error;
      if (limited.aborted)
        throw new DownloadError(`${redactUrl(url)} took longer than ${timeoutMs / 1000} seconds.`, { cause: error });
      throw new DownloadError(
        `${redactUrl(url)} could not be read: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
  };
}

/** Through the proxy to the first of the addresses that it can reach. */
async function getThrough(
  proxy: URL,
  url: URL,
  addresses: readonly LookupAddress[],
  options: TunnelTrust,
): Promise<IncomingMessage> {
  const place = { proxy, port: Number(url.port || 443), host: url.hostname.replace(/^\[|\]$/g, ""), ...options };
  let failure: unknown;
  for (const { address } of addresses) {
    try {
      const socket = await openTunnel({ ...place, address });
      return await get(url, { createConnection: () => socket, signal: options.signal });
    } catch (error) {
      options.signal.throwIfAborted();
      failure = error;
    }
  }
  throw failure;
}

type TunnelTrust = Pick<TunnelOptions, "signal" | "ca">;

/** Without an agent that keeps connections: a kept one would have been opened for another check. */
async function get(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  // TLS is slow to load, and few jobs need it.
  const { request } = await import("node:https");
  return new Promise((resolve, reject) => {
    request(url, { ...options, headers: { "accept-encoding": "identity" } }, resolve)
      .once("error", reject)
      .end();
  });
}

/** A resolver that answers nothing but these addresses. */
function fixedLookup(addresses: readonly LookupAddress[]): NonNullable<RequestOptions["lookup"]> {
  return (_host, options, callback) => {
    const [first] = addresses;
    if (options.all) callback(null, [...addresses]);
    else callback(null, first?.address ?? "", first?.family);
  };
}

function cap(maxBytes: number, error: Error): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > maxBytes) done(error);
      else done(null, chunk);
    },
  });
}
