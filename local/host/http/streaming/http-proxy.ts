/** Forwards the HTTP requests of an app that streams to the HTTP server of the Functions library. */
import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import type { InvocationResult } from "../../app/invocation.ts";
import { whenDisconnected } from "../disconnect-signal.ts";
import { drainRequest } from "../drain-request.ts";
import { emptyResponse, type HttpResponse, serverHeader } from "../http-response.ts";
import { BodyTooLargeError, type HttpRequestHead } from "../http-server.ts";
import { joinedHeaders } from "../http-trigger.ts";
import { encodePath } from "../request-path.ts";
import type { LibraryServer } from "./library-server.ts";

export interface ProxyOptions {
  readonly head: HttpRequestHead;
  readonly library: LibraryServer;
  readonly maxBodyBytes: number;
  /** Response headers that the function may override. */
  readonly extraHeaders: Readonly<Record<string, string>>;
}

/** Keep-alive is safe, because both ends of a connection are in this process. */
const agent = new Agent({ keepAlive: true });

/** The real host's limit for an idle stream. */
const idleTimeoutMs = 240_000;
const hopByHop = new Set([
  "connection",
  "expect",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Runs a function whose request and response are streamed by the library's server. `run` must call its argument with
 * the id of each invocation. Resolves when the function has ended, also after a disconnect.
 * @returns a response to send if the function sent none: 500 if it failed, 204 if it returned nothing. The real host
 *   sends no response to such requests.
 */
export async function proxyToLibrary(
  options: ProxyOptions,
  run: (onStart: (invocationId: string) => void) => Promise<InvocationResult>,
): Promise<HttpResponse | undefined> {
  const { head, maxBodyBytes } = options;
  if (Number(head.raw.headers["content-length"] ?? 0) > maxBodyBytes)
    throw new BodyTooLargeError(`The body is larger than ${maxBodyBytes} bytes.`);
  const unreachable = Promise.withResolvers<number>();
  let attempt: Attempt | undefined;
  const running = run((invocationId) => {
    // Each retry is a new request. As in the real host, only the first attempt has the body.
    attempt?.end();
    attempt = startAttempt(options, invocationId, attempt === undefined);
    void attempt.lost.then(() => unreachable.resolve(500));
  });
  head.disconnected.addEventListener("abort", () => attempt?.end(), { once: true });
  const ended = running.then(
    (outcome) => (outcome.returned ? undefined : 204),
    () => 500,
  );
  const failed = await Promise.race([ended, unreachable.promise]);
  if (attempt === undefined || failed !== undefined) {
    const isPartlySent = head.response.headersSent;
    attempt?.end();
    // The connection is closed, so that the client detects the partial response.
    if (isPartlySent) head.response.destroy();
    return isPartlySent ? undefined : emptyResponse(failed ?? 500);
  }
  await attempt.written;
  return head.response.headersSent ? undefined : emptyResponse(500);
}

interface Attempt {
  /** Resolves when the response is written or the client has disconnected. */
  readonly written: Promise<void>;
  /** Resolves if the request did not reach the library, which would wait for it forever. */
  readonly lost: Promise<void>;
  /** Aborts the request after the library has received it. */
  end(): void;
}

function startAttempt(options: ProxyOptions, invocationId: string, hasBody: boolean): Attempt {
  const { head, library } = options;
  const received = library.whenReceived(invocationId);
  const proxied = openRequest(options, invocationId, hasBody);
  const closed = new Promise<false>((resolve) => proxied.once("close", () => resolve(false)));
  void closed.then(() => library.stopWaiting(invocationId));
  let hasResponse = false;
  const responded = new Promise<void>((resolve) =>
    proxied.once("response", (incoming) => {
      hasResponse = true;
      void writeResponse(options, proxied, incoming).finally(resolve);
    }),
  );
  return {
    written: Promise.race([
      responded,
      closed.then(() => (hasResponse ? responded : undefined)),
      whenDisconnected(head.disconnected),
    ]),
    lost: new Promise((resolve) => {
      void Promise.race([received.then(() => true), closed]).then((isReceived) => {
        if (!isReceived) resolve();
      });
    }),
    end: () => void received.then(() => proxied.destroy()),
  };
}

function openRequest(options: ProxyOptions, invocationId: string, hasBody: boolean): ClientRequest {
  const { head, library } = options;
  // Without a body, the library would read the next request on the connection as the body of this length.
  const isForwarded = (name: string) => !hopByHop.has(name) && (hasBody || name !== "content-length");
  const headers = Object.fromEntries(joinedHeaders(head.headers).filter(([name]) => isForwarded(name)));
  // Otherwise Node sends the body of a GET without framing, and the library reads it as the next request.
  const isChunked = hasBody && head.raw.headers["transfer-encoding"] !== undefined;
  const proxied = request({
    host: "127.0.0.1",
    port: library.port,
    method: head.method,
    path: `${encodePath(head.path)}${head.search}`,
    headers: {
      ...headers,
      ...(isChunked ? { "transfer-encoding": "chunked" } : {}),
      ...library.headers,
      "x-ms-invocation-id": invocationId,
      "x-forwarded-host": head.host,
      "x-forwarded-proto": "http",
    },
    agent,
  });
  proxied.setTimeout(idleTimeoutMs, () => proxied.destroy());
  // Each error also emits "close", which ends the attempt.
  proxied.on("error", () => {});
  if (hasBody) sendBody(options, proxied);
  else proxied.end();
  return proxied;
}

function sendBody({ head, maxBodyBytes }: ProxyOptions, proxied: ClientRequest): void {
  let bytes = 0;
  head.raw.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) head.response.destroy();
  });
  head.raw.pipe(proxied);
  // A body that has arrived is sent with the headers. Otherwise the headers are sent first, because they may suffice.
  setImmediate(() => {
    if (!proxied.headersSent) proxied.flushHeaders();
  });
}

async function writeResponse(
  { head, extraHeaders }: ProxyOptions,
  proxied: ClientRequest,
  incoming: IncomingMessage,
): Promise<void> {
  const { raw, response, disconnected } = head;
  if (disconnected.aborted || response.destroyed || response.headersSent) return;
  response.statusCode = incoming.statusCode ?? 500;
  for (const [name, value] of Object.entries({ ...serverHeader, ...extraHeaders })) response.setHeader(name, value);
  for (const [name, values] of Object.entries(incoming.headersDistinct))
    if (values !== undefined && !hopByHop.has(name)) response.setHeader(name, values);
  const read = new Promise<void>((resolve) => incoming.once("close", () => resolve()));
  const written = new Promise<void>((resolve) => response.once("finish", () => resolve()));
  incoming.pipe(response, { end: false });
  // A body that has arrived is sent with the headers. Otherwise the headers are sent first, because the first chunk may
  // be late.
  setImmediate(() => response.flushHeaders());
  await Promise.race([read, whenDisconnected(disconnected)]);
  if (!incoming.complete) response.destroy();
  if (disconnected.aborted || response.destroyed) return;
  if (!raw.complete) {
    response.flushHeaders();
    proxied.destroy();
    await drainRequest(raw);
  }
  response.end();
  await Promise.race([written, whenDisconnected(disconnected)]);
}
