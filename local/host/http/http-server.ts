/** The web server of the host: on loopback only, with the limits of Kestrel, the web server of the real host. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { HostLog } from "../host-log.ts";
import { disconnectSignal } from "./disconnect-signal.ts";
import { drainRequest } from "./drain-request.ts";
import { emptyResponse, type HttpResponse, serverHeader } from "./http-response.ts";
import type { HttpRequest } from "./http-trigger.ts";
import { restrictToThisMachine } from "./own-machine.ts";
import { decodePath } from "./request-path.ts";
import { disconnectSlowClients, type SlowClientMonitor } from "./slow-clients.ts";

export interface HttpServerOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** Time limit for the head of a request, and for a pause while a client sends a body. */
  readonly requestTimeoutMs: number;
  /** Larger bodies are rejected with 413. */
  readonly maxBodyBytes: number;
  readonly log: HostLog;
}

/** A request whose body may still arrive. */
export interface HttpRequestHead extends Omit<HttpRequest, "body"> {
  readonly raw: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborts when the client disconnects before its response is sent. */
  readonly disconnected: AbortSignal;
  /** @throws BodyTooLargeError */
  readBody(): Promise<Buffer | undefined>;
}

/** Handles a request. Returns undefined if it has already written the response. */
export type HttpHandler = (head: HttpRequestHead) => Promise<HttpResponse | undefined>;

export interface RunningServer {
  readonly port: number;
  /** Accepts no more connections; resolves when all responses are sent, or after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** Thrown for a body over the limit. */
export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
}

/** Starts a web server on 127.0.0.1. @throws EADDRINUSE if the port is in use. */
export async function startHttpServer(options: HttpServerOptions, handle: HttpHandler): Promise<RunningServer> {
  const { port, requestTimeoutMs } = options;
  const server = createServer({
    // Slow bodies are limited by their data rate instead, so that large uploads may take any time.
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
  const disconnected = disconnectSignal(raw, response);
  const stopWatching = options.slowClients.watch(raw, response);
  response.once("finish", stopWatching);
  disconnected.addEventListener("abort", stopWatching, { once: true });
  if (target === undefined) return write(raw, response, emptyResponse(400));
  const readBody = () => readWhole(raw, options.maxBodyBytes);
  // The front end of App Service adds this header with the URL before decoding.
  const headers = { ...raw.headersDistinct, "x-waws-unencoded-url": [raw.url ?? ""] };
  const head = { ...target, method: raw.method ?? "GET", headers, raw, response, disconnected, readBody };
  try {
    const output = await handle(head);
    if (output !== undefined) await write(raw, response, output);
  } catch (error) {
    if (error instanceof BodyTooLargeError)
      return write(raw, response, restrictToThisMachine(head, emptyResponse(413)));
    // After a disconnect, also of a client that was too slow, the error is a consequence and not a problem of the host.
    if (!disconnected.aborted)
      options.log("error", "Host.Http", `A request failed in the host: ${(error as Error).stack}`);
    if (response.headersSent) response.destroy();
    else await write(raw, response, restrictToThisMachine(head, emptyResponse(500)));
  }
}

/** Host, decoded path and query of a request; undefined if its URL or its Host header is invalid. */
function readTarget({
  url = "",
  headersDistinct,
}: IncomingMessage): { host: string; path: string; search: string } | undefined {
  const [host, ...others] = headersDistinct.host ?? [];
  if (host === undefined || others.length > 0 || !isValidHost(host) || /[^\x21-\x7e]/.test(url)) return undefined;
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url);
  if (absolute !== null && absolute[1]?.toLowerCase() !== host.toLowerCase()) return undefined;
  const relative = absolute === null ? url : absolute[2] || "/";
  if (!relative.startsWith("/")) return undefined;
  const queryStart = relative.indexOf("?");
  const path = decodePath(queryStart === -1 ? relative : relative.slice(0, queryStart));
  return path === undefined ? undefined : { host, path, search: queryStart === -1 ? "" : relative.slice(queryStart) };
}

const isValidHost = (host: string) => !/[^\w.:[\]~%-]/.test(host) && URL.canParse(`http://${host}`);

/** Reads a body with a Content-Length. Like the real host, ignores a chunked body. */
async function readWhole(raw: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const length = Number(raw.headers["content-length"] ?? 0);
  if (length > maxBytes) throw new BodyTooLargeError(`The body has ${length} bytes; the limit is ${maxBytes}.`);
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
  const hasNoBody = status === 204 || status === 304 || (status >= 100 && status < 200);
  if (!hasNoBody && (raw.method !== "HEAD" || (body?.length ?? 0) > 0))
    response.setHeader("Content-Length", body?.length ?? 0);
  if (body === undefined || hasNoBody || raw.method === "HEAD") response.flushHeaders();
  else response.write(body);
  await drainRequest(raw);
  response.end();
}

async function stop(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  // A connection becomes idle only after its last response.
  const idleTimer = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearTimeout(timer);
  clearInterval(idleTimer);
}
