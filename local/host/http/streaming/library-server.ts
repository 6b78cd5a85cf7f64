/**
 * Restricts the HTTP server of the Functions library, to which the host forwards the requests of an app that streams,
 * to loopback and to the host.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { Server as HttpServer, type IncomingMessage } from "node:http";
import { type AddressInfo, Server } from "node:net";

export interface LibraryServer {
  readonly port: number;
  /** Headers that each request needs; without them the server closes the connection. */
  readonly headers: Readonly<Record<string, string>>;
  /** Resolves when the library has received the request of an invocation. If it never does, call `stopWaiting`. */
  whenReceived(invocationId: string): Promise<void>;
  stopWaiting(invocationId: string): void;
}

export interface AppServers {
  /** Undefined if the app does not stream. */
  readonly library: LibraryServer | undefined;
  close(): void;
}

const secretHeader = "x-host-secret";
const invocationHeader = "x-ms-invocation-id";
/** Server events whose first argument is a request. */
const requestEvents: ReadonlySet<unknown> = new Set([
  "request",
  "checkContinue",
  "checkExpectation",
  "connect",
  "upgrade",
]);
/** Short, because the host sends the head of a request in one piece. */
const headersTimeoutMs = 5000;

/**
 * Restricts the servers that start to listen during `open` to loopback and to requests with a secret of this host. The
 * library would listen on all networks without checks: it keeps unknown invocation ids forever, and the id `error` ends
 * the process.
 */
export async function guardServers(open: () => Promise<unknown>): Promise<AppServers> {
  const servers: Server[] = [];
  const secret = randomBytes(32).toString("base64url");
  const waiters = new Map<string, () => void>();
  const original = Server.prototype.listen;
  Server.prototype.listen = function listen(this: Server, ...args: unknown[]) {
    servers.push(this);
    if (this instanceof HttpServer) guard(this, secret, (id) => waiters.get(id)?.());
    const onListening = args.find((argument) => typeof argument === "function");
    const port = args.find((argument) => typeof argument === "number") ?? 0;
    return Reflect.apply(original, this, [
      { port, host: "127.0.0.1" },
      ...(onListening === undefined ? [] : [onListening]),
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
  const whenReceived = (id: string) =>
    new Promise<void>((resolve) => {
      waiters.set(id, () => {
        waiters.delete(id);
        resolve();
      });
    });
  return {
    library: address
      ? {
          port: address.port,
          headers: { [secretHeader]: secret },
          whenReceived,
          stopWaiting: (id) => void waiters.delete(id),
        }
      : undefined,
    close: () => {
      for (const server of servers) server.close();
    },
  };
}

function guard(server: HttpServer, secret: string, onRequest: (invocationId: string) => void): void {
  server.headersTimeout = headersTimeoutMs;
  // The host limits the upload time instead, because it has the connection of the client.
  server.requestTimeout = 0;
  // Without these listeners Node itself responds to requests with an Expect header, which the host never sends.
  for (const event of ["checkContinue", "checkExpectation"])
    server.on(event, (request: IncomingMessage) => request.socket.destroy());
  const emit = server.emit;
  server.emit = (event: string | symbol, ...args: unknown[]) => {
    if (!requestEvents.has(event)) return Reflect.apply(emit, server, [event, ...args]);
    const request = args[0] as IncomingMessage;
    if (!isSameSecret(request.headers[secretHeader], secret)) {
      request.socket.destroy();
      return true;
    }
    delete request.headers[secretHeader];
    const isHandled = Reflect.apply(emit, server, [event, ...args]);
    onRequest(String(request.headers[invocationHeader]));
    return isHandled;
  };
}

function isSameSecret(sent: string | string[] | undefined, secret: string): boolean {
  return (
    typeof sent === "string" &&
    sent.length === secret.length &&
    timingSafeEqual(Buffer.from(sent, "latin1"), Buffer.from(secret, "latin1"))
  );
}
