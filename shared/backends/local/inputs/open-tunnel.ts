/** A connection through a proxy to one address, which the proxy does not choose. */
import type { IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";
import type { Duplex, Readable } from "node:stream";
import { defined } from "../../../lib/defined.ts";

export interface TunnelOptions {
  readonly proxy: URL;
  readonly address: string;
  readonly port: number;
  /** The host that the certificate must be for. */
  readonly host: string;
  readonly signal: AbortSignal;
  /** Certificates to trust instead of the system's, as PEM. */
  readonly ca?: string;
}

/** Opens TLS to an address by CONNECT. @throws Error with the proxy's refusal, or the system's error. */
export async function openTunnel({ proxy, address, port, host, signal, ca }: TunnelOptions): Promise<Duplex> {
  const socket = await connect(proxy, `${isIP(address) === 6 ? `[${address}]` : address}:${port}`, signal);
  const { connect: connectTls } = await import("node:tls");
  return new Promise((resolve, reject) => {
    // `host` is what the certificate is checked against; a name for the server is no address.
    const secure = connectTls({
      socket,
      host,
      ...(isIP(host) === 0 && { servername: host }),
      ...defined({ ca }),
    });
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
  const login =
    proxy.username === "" ? undefined : `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const headers = {
    host: target,
    ...(login !== undefined && { "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}` }),
  };
  return new Promise((resolve, reject) => {
    const { hostname, port } = proxy;
    const place = { host: hostname.replace(/^\[|\]$/g, ""), ...(port !== "" && { port: Number(port) }) };
    const refuse = ({ statusCode }: IncomingMessage, stream: Readable) => {
      stream.destroy();
      reject(new Error(`the proxy answered ${statusCode} to a connection to ${target}`));
    };
    request({ ...place, method: "CONNECT", path: target, headers, agent: false, signal })
      .once("connect", (answer, socket) =>
        answer.statusCode === 200 ? resolve(socket as Socket) : refuse(answer, socket),
      )
      .once("response", (answer) => refuse(answer, answer))
      .once("error", (error) =>
        reject(
          new Error(`the proxy cannot be reached: ${error.message || (error as NodeJS.ErrnoException).code}`, {
            cause: error,
          }),
        ),
      )
      .end();
  });
}
