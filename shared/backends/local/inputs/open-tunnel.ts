import type { IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";
import type { Duplex, Readable } from "node:stream";
import { defined } from "../../../lib/defined.ts";

export interface TunnelOptions {
  readonly proxy: URL;
  /** IP address to connect to, so that the proxy does not resolve the host itself. */
  readonly address: string;
  readonly port: number;
  /** Host of the certificate. */
  readonly host: string;
  readonly signal: AbortSignal;
  /** Certificates to trust instead of the system's, as PEM. */
  readonly ca?: string;
}

/** Opens a TLS connection through a proxy (CONNECT). @throws Error if the proxy rejects it or the connection fails. */
export async function openTunnel({ proxy, address, port, host, signal, ca }: TunnelOptions): Promise<Duplex> {
  const socket = await connect(proxy, `${isIP(address) === 6 ? `[${address}]` : address}:${port}`, signal);
  const { connect: connectTls } = await import("node:tls");
  return new Promise((resolve, reject) => {
    // `host` is compared with the certificate. `servername` must not be an IP address.
    const secure = connectTls({ socket, host, ...(isIP(host) === 0 && { servername: host }), ...defined({ ca }) });
    const abort = () => secure.destroy(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    secure.once("error", reject);
    secure.once("secureConnect", () => {
      secure.off("error", reject);
      resolve(secure);
    });
    secure.once("close", () => signal.removeEventListener("abort", abort));
  });
}

async function connect(proxy: URL, target: string, signal: AbortSignal): Promise<Socket> {
  const { request } = proxy.protocol === "https:" ? await import("node:https") : await import("node:http");
  const { hostname, port } = proxy;
  const proxyAddress = { host: hostname.replace(/^\[|\]$/g, ""), ...(port !== "" && { port: Number(port) }) };
  const headers = { host: target, ...proxyAuthorization(proxy) };
  return new Promise((resolve, reject) => {
    const rejectStatus = ({ statusCode }: IncomingMessage, stream: Readable) => {
      stream.destroy();
      reject(new Error(`the proxy rejected the connection to ${target} with ${statusCode}`));
    };
    request({ ...proxyAddress, method: "CONNECT", path: target, headers, agent: false, signal })
      .once("connect", (response, socket) =>
        response.statusCode === 200 ? resolve(socket as Socket) : rejectStatus(response, socket),
      )
      .once("response", (response) => rejectStatus(response, response))
      .once("error", (error) => reject(unreachable(error)))
      .end();
  });
}

function proxyAuthorization({ username, password }: URL): { readonly "proxy-authorization"?: string } {
  if (username === "") return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` };
}

function unreachable(error: NodeJS.ErrnoException): Error {
  return new Error(`the proxy cannot be reached: ${error.message || error.code}`, { cause: error });
}
