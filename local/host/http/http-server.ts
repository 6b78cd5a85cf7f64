/** The web server in front of the triggers: loopback only, with the limits of the real one. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { HostLog } from "../host-log.ts";
import { disconnectSignal } from "./disconnect-signal.ts";
import { drainRequest } from "./drain-request.ts";
import { emptyResponse, type HttpResponse, serverHeader } from "./http-response.ts";
import type { HttpRequest } from "./http-trigger.ts";
import { ownAnswer } from "./own-machine.ts";
import { decodePath } from "./request-path.ts";
import { disconnectSlowClients, type SlowClientMonitor } from "./slow-clients.ts";

export interface HttpServerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Milliseconds in which a client must have sent the head of a request, and for which it may send nothing of a body. */
  readonly requestTimeoutMs: number;
  /** Bytes of a body; one byte more is a 413. */
  readonly maxBodyBytes: number;
  readonly log: HostLog;
}

/** A request whose body has not been read yet. */
export interface HttpRequestHead extends Omit<HttpRequest, "body"> {
  readonly raw: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborts when the caller has gone before it was answered. */
  readonly gone: AbortSignal;
  /** @throws BodyTooLargeError */
  readBody(): Promise<Buffer | undefined>;
}

/** Answers a request; undefined when it has written to the response itself. */
export type HttpHandler = (head: HttpRequestHead) => Promise<HttpResponse | undefined>;

export interface RunningServer {
  readonly port: number;
  /** Takes no more connections; resolves when every request that came was answered, or after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** Thrown for a body over the limit. */
export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
}

/** Listens on 127.0.0.1. @throws EADDRINUSE when the port is taken. */
export async function startHttpServer(options: HttpServerOptions, handle: HttpHandler): Promise<RunningServer> {
  const { port, requestTimeoutMs } = options;
  const server = createServer({
    // Bodies have a limit for their rate instead: a large one may take its time.
    requestTimeout: 0,
    headersTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(1000, Math.ceil(requestTimeoutMs / 2)),
    keepAliveTimeout: 130_000,
    maxHeaderSize: 32_768,
  });
  const slowClients = disconnectSlowClients(requestTimeoutMs);
  server.on("request", (raw: IncomingMessage, response: ServerResponse) => {
    void serve(raw, response, { ...options, slowClients }, handle);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1" }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: (graceMs) => stop(server, graceMs).finally(slowClients.stop),
  };
}

interface ServeOptions extends HttpServerOptions {
  readonly slowClients: SlowClientMonitor;
}

async function serve(
  raw: IncomingMessage,
  response: ServerResponse,
  options: ServeOptions,
  handle: HttpHandler,
): Promise<void> {
  const target = readTarget(raw);
  const gone = disconnectSignal(raw, response);
  const unwatch = options.slowClients.watch(raw, response);
  response.once("finish", unwatch);
  gone.addEventListener("abort", unwatch, { once: true });
  if (target === undefined) return write(raw, response, emptyResponse(400));
  const readBody = () => readWhole(raw, options.maxBodyBytes);
  // The front end of App Service adds the URL as it came, undecoded.
  const headers = { ...raw.headersDistinct, "x-waws-unencoded-url": [raw.url ?? ""] };
  const head = { ...target, method: raw.method ?? "GET", headers, raw, response, gone, readBody };
  try {
    const answer = await handle(head);
    if (answer !== undefined) await write(raw, response, answer);
  } catch (error) {
    if (error instanceof BodyTooLargeError) return write(raw, response, ownAnswer(head, emptyResponse(413)));
    // A client that went away or was too slow needs no answer, and is no fault of the host.
    if (!gone.aborted) options.log("error", "Host.Http", `A request could not be answered: ${(error as Error).stack}`);
    if (response.headersSent) response.destroy();
    else await write(raw, response, ownAnswer(head, emptyResponse(500)));
  }
}

function readTarget({
  url = "",
  headersDistinct,
}: IncomingMessage): { host: string; path: string; search: string } | undefined {
  const [host, ...others] = headersDistinct.host ?? [];
  if (
    host === undefined ||
    others.length > 0 ||
    /[^\w.:[\]~%-]/.test(host) ||
    !URL.canParse(`http://${host}`) ||
    /[^\x21-\x7e]/.test(url)
  )
    return undefined;
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url);
  if (absolute !== null && absolute[1]?.toLowerCase() !== host.toLowerCase()) return undefined;
  const relative = absolute === null ? url : absolute[2] || "/";
  if (!relative.startsWith("/")) return undefined;
  const mark = relative.indexOf("?");
  const path = decodePath(mark === -1 ? relative : relative.slice(0, mark));
  return path === undefined ? undefined : { host, path, search: mark === -1 ? "" : relative.slice(mark) };
}

/** Reads a body of a stated length. Like the real host it drops one that comes in chunks of unknown length. */
async function readWhole(raw: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const length = Number(raw.headers["content-length"] ?? 0);
  if (length > maxBytes) throw new BodyTooLargeError(`The body has ${length} bytes; at most ${maxBytes} are taken.`);
  if (length === 0) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of raw) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function write(
  raw: IncomingMessage,
  response: ServerResponse,
  { status, headers, cookies, body }: HttpResponse,
): Promise<void> {
  if (response.destroyed || response.writableEnded) return;
  response.statusCode = status;
  for (const [name, value] of [...Object.entries(serverHeader), ...headers]) response.setHeader(name, value);
  if (cookies.length > 0) response.setHeader("Set-Cookie", cookies);
  const bodiless = status === 204 || status === 304 || (status >= 100 && status < 200);
  if (!bodiless && (raw.method !== "HEAD" || (body?.length ?? 0) > 0))
    response.setHeader("Content-Length", body?.length ?? 0);
  if (body === undefined || bodiless || raw.method === "HEAD") response.flushHeaders();
  else response.write(body);
  await drainRequest(raw);
  response.end();
}

async function stop(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  // A connection that was kept alive becomes idle only after its last answer.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearTimeout(timer);
  clearInterval(sweep);
}
