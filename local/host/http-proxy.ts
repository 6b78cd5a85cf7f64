/** HTTP for an app that streams: the library has a server of its own, to which the host passes the raw request. */
import { Agent, type ClientRequest, type IncomingMessage, request, type ServerResponse } from "node:http";
import { drainRequest } from "./drain-request.ts";
import { BodyTooLargeError, emptyAnswer, type HttpRequestHead } from "./http-server.ts";
import { type HttpOutput, joinedHeaders, serverHeader } from "./http-trigger.ts";
import type { InvocationOutcome } from "./invocation.ts";
import { encodePath } from "./request-path.ts";

export interface ProxyOptions {
  readonly head: HttpRequestHead;
  /** Address of the library's server. */
  readonly httpUri: string;
  readonly maxBodyBytes: number;
  /** Added to the answer where it does not have them. */
  readonly extraHeaders: Readonly<Record<string, string>>;
}

/** Connections to the library's server; both ends are in this process, so a kept one is never closed behind our back. */
const agent = new Agent({ keepAlive: true });

/** The real host's limit for a stream on which nothing happens. */
const idleMs = 240_000;
const hopByHop = new Set(["connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade"]);

/**
 * Runs a function whose request and answer go through the library's server. `run` is given what is to be called with the id of the run.
 * A function that fails before it answers is a 500, and one that returns nothing is a 204: the real host leaves both callers waiting.
 * @returns an answer where the function gave none; else it has been written.
 */
export async function proxyToLibrary(
  options: ProxyOptions,
  run: (onStart: (invocationId: string) => void) => Promise<InvocationOutcome>,
): Promise<HttpOutput | undefined> {
  const { head, maxBodyBytes } = options;
  if (Number(head.raw.headers["content-length"] ?? 0) > maxBodyBytes) throw new BodyTooLargeError(`At most ${maxBodyBytes} bytes are taken.`);
  let attempt: Attempt | undefined;
  const running = run((invocationId) => {
    // A retry begins anew; only its first attempt gets the body, as with the real host.
    attempt?.proxied.destroy();
    attempt = startAttempt(options, invocationId);
  });
  head.response.once("close", () => attempt?.proxied.destroy());
  const failed = await running.then(
    (outcome) => (outcome.returned ? undefined : 204),
    () => 500,
  );
  if (attempt === undefined || failed !== undefined) {
    const begun = head.response.headersSent;
    attempt?.proxied.destroy();
    // Half of an answer cannot be taken back; a cut connection at least shows that it is not whole.
    if (begun) head.response.destroy();
    return begun ? undefined : emptyAnswer(failed ?? 500);
  }
  await attempt.written;
  return undefined;
}

interface Attempt {
  readonly proxied: ClientRequest;
  /** Resolves when the answer is written or the connection is gone. */
  readonly written: Promise<void>;
}

function startAttempt(options: ProxyOptions, invocationId: string): Attempt {
  const { head, httpUri } = options;
  const headers = Object.fromEntries(joinedHeaders(head.headers).filter(([name]) => !hopByHop.has(name)));
  const proxied = request({
    host: "127.0.0.1",
    port: new URL(httpUri).port,
    method: head.method,
    path: `${encodePath(head.path)}${head.search}`,
    headers: { ...headers, "x-ms-invocation-id": invocationId, "x-forwarded-host": head.host, "x-forwarded-proto": "http" },
    agent,
  });
  proxied.setTimeout(idleMs, () => proxied.destroy());
  // Whatever ends the proxied request ends the wait for it; the caller then sees a cut connection.
  proxied.on("error", () => {});
  sendBody(options, proxied);
  const written = new Promise<void>((resolve) => {
    proxied.once("response", (answer) => void writeAnswer(options, proxied, answer).finally(resolve));
    proxied.once("close", () => {
      // Closed before an answer came: nothing will be written any more.
      if (!head.response.headersSent) resolve();
    });
  });
  return { proxied, written };
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

async function writeAnswer({ head, extraHeaders }: ProxyOptions, proxied: ClientRequest, answer: IncomingMessage): Promise<void> {
  const { raw, response } = head;
  if (response.destroyed || response.headersSent) return;
  response.statusCode = answer.statusCode ?? 500;
  for (const [name, value] of Object.entries({ ...serverHeader, ...extraHeaders })) response.setHeader(name, value);
  for (const [name, values] of Object.entries(answer.headersDistinct)) if (values !== undefined && !hopByHop.has(name)) response.setHeader(name, values);
  answer.pipe(response, { end: false });
  // A stream may be silent at first; a body that is there already goes out with the headers.
  setImmediate(() => response.flushHeaders());
  await Promise.race([closed(answer), closed(response)]);
  if (!answer.complete) response.destroy();
  if (response.destroyed) return;
  if (!raw.complete) {
    response.flushHeaders();
    proxied.destroy();
    await drainRequest(raw);
  }
  response.end();
  await closed(response);
}

const closed = (stream: IncomingMessage | ServerResponse) => new Promise<void>((resolve) => stream.once("close", () => resolve()));
