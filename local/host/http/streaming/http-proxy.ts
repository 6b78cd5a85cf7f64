/** HTTP for an app that streams: the library has a server of its own, to which the host passes the raw request. */
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
  /** Added to the answer where it does not have them. */
  readonly extraHeaders: Readonly<Record<string, string>>;
}

/** Connections to the library's server; both ends are in this process, so a kept one is never closed behind our back. */
const agent = new Agent({ keepAlive: true });

/** The real host's limit for a stream on which nothing happens. */
const idleMs = 240_000;
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
 * Runs a function whose request and answer go through the library's server. `run` is given what is to be called with the id of the run.
 * A function that fails before it answers is a 500, and one that returns nothing is a 204: the real host leaves both callers waiting.
 * @returns an answer where the function gave none; else it has been written. Resolves when the function has ended, even if the caller has gone.
 */
export async function proxyToLibrary(
  options: ProxyOptions,
  run: (onStart: (invocationId: string) => void) => Promise<InvocationResult>,
): Promise<HttpResponse | undefined> {
  const { head, maxBodyBytes } = options;
  if (Number(head.raw.headers["content-length"] ?? 0) > maxBodyBytes)
    throw new BodyTooLargeError(`At most ${maxBodyBytes} bytes are taken.`);
  const unreachable = Promise.withResolvers<number>();
  let attempt: Attempt | undefined;
  const running = run((invocationId) => {
    // A retry begins anew; only its first attempt gets the body, as with the real host.
    attempt?.end();
    attempt = startAttempt(options, invocationId, attempt === undefined);
    void attempt.lost.then(() => unreachable.resolve(500));
  });
  head.gone.addEventListener("abort", () => attempt?.end(), { once: true });
  const ended = running.then(
    (outcome) => (outcome.returned ? undefined : 204),
    () => 500,
  );
  const failed = await Promise.race([ended, unreachable.promise]);
  if (attempt === undefined || failed !== undefined) {
    const begun = head.response.headersSent;
    attempt?.end();
    // Half of an answer cannot be taken back; a cut connection at least shows that it is not whole.
    if (begun) head.response.destroy();
    return begun ? undefined : emptyResponse(failed ?? 500);
  }
  await attempt.written;
  return head.response.headersSent ? undefined : emptyResponse(500);
}

interface Attempt {
  /** Resolves when the answer is written or the connection is gone. */
  readonly written: Promise<void>;
  /** Resolves if the request did not get to the library, which then waits for it for ever. */
  readonly lost: Promise<void>;
  /** Ends the request once the library has it. */
  end(): void;
}

function startAttempt(options: ProxyOptions, invocationId: string, hasBody: boolean): Attempt {
  const { head, library } = options;
  // A length without a body would make one of the next request on the connection.
  const isPassedOn = (name: string) => !hopByHop.has(name) && (hasBody || name !== "content-length");
  const headers = Object.fromEntries(joinedHeaders(head.headers).filter(([name]) => isPassedOn(name)));
  // Without it Node writes the body of a GET bare, where the library reads it as the next request.
  const framing =
    hasBody && head.raw.headers["transfer-encoding"] !== undefined ? { "transfer-encoding": "chunked" } : {};
  const received = library.whenReceived(invocationId);
  const proxied = request({
    host: "127.0.0.1",
    port: library.port,
    method: head.method,
    path: `${encodePath(head.path)}${head.search}`,
    headers: {
      ...headers,
      ...framing,
      ...library.headers,
      "x-ms-invocation-id": invocationId,
      "x-forwarded-host": head.host,
      "x-forwarded-proto": "http",
    },
    agent,
  });
  proxied.setTimeout(idleMs, () => proxied.destroy());
  // Whatever ends the proxied request ends the wait for it; the caller then sees a cut connection.
  proxied.on("error", () => {});
  if (hasBody) sendBody(options, proxied);
  else proxied.end();
  const closed = new Promise<void>((resolve) => proxied.once("close", () => resolve()));
  void closed.then(() => library.stopWaiting(invocationId));
  const answered = new Promise<void>((resolve) =>
    proxied.once("response", (answer) => void writeAnswer(options, proxied, answer).finally(resolve)),
  );
  let hasAnswer = false;
  proxied.once("response", () => {
    hasAnswer = true;
  });
  return {
    written: Promise.race([
      answered,
      closed.then(() => (hasAnswer ? answered : undefined)),
      whenDisconnected(head.gone),
    ]),
    lost: Promise.race([received.then(() => true), closed.then(() => false)]).then((isReceived) =>
      isReceived ? new Promise<never>(() => {}) : undefined,
    ),
    end: () => void received.then(() => proxied.destroy()),
  };
}

function sendBody({ head, maxBodyBytes }: ProxyOptions, proxied: ClientRequest): void {
  let bytes = 0;
  head.raw.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) head.response.destroy();
  });
  head.raw.pipe(proxied);
  // A body that is there already goes out with the headers; of one that is to come the headers may be enough for an answer.
  setImmediate(() => {
    if (!proxied.headersSent) proxied.flushHeaders();
  });
}

async function writeAnswer(
  { head, extraHeaders }: ProxyOptions,
  proxied: ClientRequest,
  answer: IncomingMessage,
): Promise<void> {
  const { raw, response, gone } = head;
  if (gone.aborted || response.destroyed || response.headersSent) return;
  response.statusCode = answer.statusCode ?? 500;
  for (const [name, value] of Object.entries({ ...serverHeader, ...extraHeaders })) response.setHeader(name, value);
  for (const [name, values] of Object.entries(answer.headersDistinct))
    if (values !== undefined && !hopByHop.has(name)) response.setHeader(name, values);
  const read = new Promise<void>((resolve) => answer.once("close", () => resolve()));
  const written = new Promise<void>((resolve) => response.once("finish", () => resolve()));
  answer.pipe(response, { end: false });
  // A stream may be silent at first; a body that is there already goes out with the headers.
  setImmediate(() => response.flushHeaders());
  await Promise.race([read, whenDisconnected(gone)]);
  if (!answer.complete) response.destroy();
  if (gone.aborted || response.destroyed) return;
  if (!raw.complete) {
    response.flushHeaders();
    proxied.destroy();
    await drainRequest(raw);
  }
  response.end();
  await Promise.race([written, whenDisconnected(gone)]);
}
