import type { LookupAddress } from "node:dns";
import type { IncomingMessage } from "node:http";
import type { RequestOptions } from "node:https";
import { openTunnel } from "./open-tunnel.ts";
import { hostOf } from "./resolve-public-host.ts";

export interface GetOptions {
  /** The only addresses to connect to. */
  readonly addresses: readonly LookupAddress[];
  readonly proxy: URL | undefined;
  readonly signal: AbortSignal;
  /** Certificates to trust instead of the system's, as PEM. */
  readonly ca?: string;
}

/** Requests an https URL from one of `addresses`, through `proxy` if it is set. Follows no redirect. */
export function httpsGet(url: URL, { addresses, proxy, ...options }: GetOptions): Promise<IncomingMessage> {
  return proxy === undefined
    ? // Without an agent, because a reused connection may have been opened to an unchecked address.
      request(url, { agent: false, lookup: fixedLookup(addresses), ...options })
    : getThroughProxy(url, proxy, addresses, options);
}

/** Uses the first address that the proxy can reach. */
async function getThroughProxy(
  url: URL,
  proxy: URL,
  addresses: readonly LookupAddress[],
  options: Pick<GetOptions, "signal" | "ca">,
): Promise<IncomingMessage> {
  const target = { proxy, port: Number(url.port || 443), host: hostOf(url), ...options };
  let failure: unknown;
  for (const { address } of addresses) {
    try {
      const socket = await openTunnel({ ...target, address });
      return await request(url, { createConnection: () => socket, signal: options.signal });
    } catch (error) {
      options.signal.throwIfAborted();
      failure = error;
    }
  }
  throw failure;
}

async function request(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  // Imported here, because TLS is slow to load and few jobs need it.
  const https = await import("node:https");
  return new Promise((resolve, reject) => {
    https
      .request(url, { ...options, headers: { "accept-encoding": "identity" } }, resolve)
      .once("error", reject)
      .end();
  });
}

/** A resolver that returns only these addresses. */
function fixedLookup(addresses: readonly LookupAddress[]): NonNullable<RequestOptions["lookup"]> {
  return (_host, options, callback) => {
    const [first] = addresses;
    if (options.all) callback(null, [...addresses]);
    else callback(null, first?.address ?? "", first?.family);
  };
}
