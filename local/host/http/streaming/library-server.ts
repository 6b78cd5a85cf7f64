/** The library's own HTTP server, to which the host passes the requests of an app that streams: on loopback, and for the host alone. */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { Server as HttpServer, type IncomingMessage } from "node:http";
import { type AddressInfo, Server } from "node:net";

export interface LibraryServer {
  readonly port: number;
  /** Headers without which the server closes a connection. */
  readonly headers: Readonly<Record<string, string>>;
  /** Resolves when the library has the request of a run; never if it does not get there, and is then to be given up. */
  whenReceived(invocationId: string): Promise<void>;
  stopWaiting(invocationId: string): void;
}

export interface AppServers {
  /** The server of the library; undefined if the app does not stream. */
  readonly library: LibraryServer | undefined;
  close(): void;
}

const secretHeader = "x-host-secret";
const invocationHeader = "x-ms-invocation-id";
/** Events by which a server hands on a request, which is their first argument. */
const requestEvents: ReadonlySet<unknown> = new Set([
  "request",
  "checkContinue",
  "checkExpectation",
  "connect",
  "upgrade",
]);
/** The host sends the head of a request in one piece. */
const headMs = 5000;

/**
 * Guards the servers that are opened while `open` runs. The library listens on every network and checks no request: an unknown invocation id
 * is kept for ever, and the id `error` ends the process. So a server listens on loopback alone, and only requests with a
 * secret of this host reach it.
 */
export async function guardServers(open: () => Promise<unknown>): Promise<AppServers> {
  const servers: Server[] = [];
  const secret = randomBytes(32).toString("base64url");
  const waiting = new Map<string, () => void>();
  const original = Server.prototype.listen;
  Server.prototype.listen = function listen(this: Server, ...args: unknown[]) {
    servers.push(this);
    if (this instanceof HttpServer) guard(this, secret, (id) => waiting.get(id)?.());
    const listening = args.find((argument) => typeof argument === "function");
    const port = args.find((argument) => typeof argument === "number") ?? 0;
    return Reflect.apply(original, this, [
      { port, host: "127.0.0.1" },
      ...(listening === undefined ? [] : [listening]),
    ]);
  } as typeof original;
  try {
    await open();
  } finally {
    Server.prototype.listen = original;
  }
  const [address] = servers
    .filter((server) => server instanceof HttpServer)
    .map((server) => server.address() as AddressInfo | null);
  const received = (id: string) =>
    new Promise<void>((resolve) => {
      waiting.set(id, () => {
        waiting.delete(id);
        resolve();
      });
    });
  return {
    library: address
      ? {
          port: address.port,
          headers: { [secretHeader]: secret },
          whenReceived: received,
          stopWaiting: (id) => void waiting.delete(id),
        }
      : undefined,
    close: () => {
      for (const server of servers) server.close();
    },
  };
}

function guard(server: HttpServer, secret: string, onRequest: (invocationId: string) => void): void {
  server.headersTimeout = headMs;
  // The host limits uploads, because it has the caller's connection.
  server.requestTimeout = 0;
  // Without these Node itself answers an Expect header, which the host never sends.
  for (const event of ["checkContinue", "checkExpectation"])
    server.on(event, (request: IncomingMessage) => request.socket.destroy());
  const emit = server.emit;
  server.emit = (event: string | symbol, ...args: unknown[]) => {
    if (!requestEvents.has(event)) return Reflect.apply(emit, server, [event, ...args]);
    const request = args[0] as IncomingMessage;
    if (!isSame(request.headers[secretHeader], secret)) {
      request.socket.destroy();
      return true;
    }
    delete request.headers[secretHeader];
    const isHandled = Reflect.apply(emit, server, [event, ...args]);
    onRequest(String(request.headers[invocationHeader]));
    return isHandled;
  };
}

function isSame(given: string | string[] | undefined, secret: string): boolean {
  return (
    typeof given === "string" &&
    given.length === secret.length &&
    timingSafeEqual(Buffer.from(given, "latin1"), Buffer.from(secret, "latin1"))
  );
}
