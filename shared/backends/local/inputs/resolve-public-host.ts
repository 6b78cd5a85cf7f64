import type { LookupAddress } from "node:dns";
import { isIP } from "node:net";
import { rejectOnAbort } from "../../../lib/reject-on-abort.ts";
import { DownloadError } from "./download-error.ts";
import { redactUrl } from "./redact-url.ts";

export interface ResolveOptions {
  /** All addresses of a host. */
  readonly resolve: (host: string) => Promise<readonly LookupAddress[]>;
  /** Whether a connection to an address is allowed. */
  readonly allow: (address: string) => boolean;
  /** The proxy for a URL, if any. */
  readonly proxy: (url: string) => URL | undefined;
}

/** Resolves the host of an https URL. @throws DownloadError if it has no address, or one that is not allowed. */
export async function resolvePublicHost(
  url: URL,
  { resolve, allow, proxy }: ResolveOptions,
  signal: AbortSignal,
): Promise<readonly LookupAddress[]> {
  if (url.protocol !== "https:") throw new DownloadError(`${redactUrl(url.href)} is not https; expected an https URL.`);
  const host = hostOf(url);
  const addresses = isIP(host) > 0 ? [{ address: host, family: isIP(host) }] : await lookUp();
  const nonPublic = addresses.find(({ address }) => !allow(address));
  if (nonPublic !== undefined)
    throw new DownloadError(`${url.hostname} has the address ${nonPublic.address}, which is not a public address.`);
  if (addresses.length === 0) throw new DownloadError(`${url.hostname} has no address.`);
  return addresses;

  async function lookUp(): Promise<readonly LookupAddress[]> {
    try {
      return await rejectOnAbort(resolve(host), signal);
    } catch (error) {
      if (signal.aborted || proxy(url.href) === undefined) throw error;
      throw new DownloadError(unresolvedBehindProxy(host, error as NodeJS.ErrnoException), { cause: error });
    }
  }
}

/** The host of a URL, without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

function unresolvedBehindProxy(host: string, { code, message }: NodeJS.ErrnoException): string {
  return (
    `${host} cannot be resolved on this machine (${code ?? message}). The addresses of inputs are checked here, ` +
    "so this machine must resolve their hosts even if a proxy is used."
  );
}
