/** An HTTP proxy that records its requests. */
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface ConnectProxy {
  readonly url: string;
  /** Targets of CONNECT, URLs of other requests; a connection that sends neither is `nothing`. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

/** All environment variables that set a proxy. */
export const proxyVariables = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"];

/** @param route returns the local port of a target; undefined for a 502. */
export async function startConnectProxy(
  route: (target: string) => number | undefined = () => undefined,
): Promise<ConnectProxy> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  server.on("connection", (socket) => {
    sockets.add(socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy()));
  });
  server.on("connect", (request, socket) => {
    requests.push(`CONNECT ${request.url}`);
    const port = route(request.url ?? "");
    if (port === undefined) {
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
      return;
    }
    const target = connect(port, "127.0.0.1", () => socket.write("HTTP/1.1 200 Connection established\r\n\r\n"));
    target
      .on("error", () => socket.destroy())
      .pipe(socket)
      .on("error", () => target.destroy())
      .pipe(target);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
