/** Common behavior of all HTTP functions: authorization, concurrency limits, problem documents, response headers. */
import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { errorStatus } from "../../core/error-status.ts";
import { ServiceError } from "../../core/errors.ts";
import { outageLine } from "../../core/ports/outage.ts";
import { type ConcurrencyLimits, withSlot } from "../access/concurrency-limits.ts";
import { connectionOf } from "../access/connection.ts";
import { drainBody } from "../request/read-body.ts";
import { problemResponse } from "./problem-response.ts";

type Handler<C> = (request: HttpRequest, caller: C, context: InvocationContext) => Promise<HttpResponseInit>;

/** Concurrency limit of an endpoint; "unlimited" for probes, and for handlers that acquire their slots themselves. */
type Limit = keyof ConcurrencyLimits | "unlimited";

/** Wraps a handler that receives a caller of type `C`. The default of `limit` is "others". */
export type WrapHandler<C> = (handler: Handler<C>, limit?: Limit) => HttpHandler;

/** Longest path in a log line, in characters. */
const maxLoggedPath = 300;

/**
 * Creates the wrapper of handlers. `authorize` returns the caller or throws. It runs before a slot is acquired, so that
 * rejected requests use no slot.
 */
export function createWrapHandler<C>(
  authorize: (request: HttpRequest) => C,
  concurrency: ConcurrencyLimits,
): WrapHandler<C> {
  return (handler, limit = "others") =>
    async (request, context) => {
      const respond = async () => {
        const caller = authorize(request);
        if (limit === "unlimited") return handler(request, caller, context);
        const { closed } = connectionOf(context.invocationId);
        return withSlot(concurrency[limit], closed, () => handler(request, caller, context));
      };
      const response = await respond().catch((error: unknown) => {
        logError(error, request, context);
        return problemResponse(error, context.invocationId);
      });
      void drainBody(request);
      const headers = {
        "x-ms-request-id": context.invocationId,
        ...contentLength(response.body),
        ...(response.headers as Record<string, string> | undefined),
      };
      if (request.method !== "HEAD") return { ...response, headers };
      const { body: _body, ...head } = response;
      return { ...head, headers };
    };
}

/** The Content-Length of a complete body; none for a stream. */
function contentLength(body: unknown): Readonly<Record<string, string>> {
  return typeof body === "string" || body instanceof Uint8Array
    ? { "content-length": String(Buffer.byteLength(body)) }
    : {};
}

/** Logs one line with details that the caller does not receive. It omits the query, which may contain keys. */
function logError(error: unknown, { method, url }: HttpRequest, context: InvocationContext): void {
  const endpoint = `${method} ${URL.parse(url)?.pathname.slice(0, maxLoggedPath) ?? ""}`;
  if (!(error instanceof ServiceError)) {
    context.error(`${endpoint} failed:`, error);
    return;
  }
  const status = errorStatus[error.code];
  const line = `${endpoint} is rejected: ${status} ${error.code}`;
  if (status >= 500) context.warn(`${line}: ${outageLine(error)}`);
  else context.log(line);
}
