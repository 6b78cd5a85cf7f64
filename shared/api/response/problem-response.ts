/** Problem documents. @see https://www.rfc-editor.org/rfc/rfc9457 */
import type { HttpResponseInit } from "@azure/functions";
import { errorStatus } from "../../core/error-status.ts";
import { ServiceError } from "../../core/errors.ts";
import { maskIssue } from "../../core/text/mask-issue.ts";
import { maskText } from "../../core/text/mask-secrets.ts";
import { defined } from "../../lib/defined.ts";

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  412: "Precondition Failed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** `Retry-After` of a 429 or 503 whose error has none, in seconds. */
const defaultRetryAfterSeconds = 5;

/** The response for an error. Any error but a ServiceError becomes a 500 without details, which are only logged. */
export function problemResponse(error: unknown, requestId: string): HttpResponseInit {
  const serviceError =
    error instanceof ServiceError
      ? error
      : new ServiceError(
          "internal_error",
          `An unexpected error occurred in the service. Its log has the details under request id ${requestId}.`,
        );
  const status = errorStatus[serviceError.code];
  const retryAfter =
    serviceError.retryAfterSeconds ?? (status === 429 || status === 503 ? defaultRetryAfterSeconds : undefined);
  const body = {
    type: `urn:jobgate:error:${serviceError.code}`,
    title: titles[status],
    status,
    detail: maskText(serviceError.message),
    code: serviceError.code,
    request_id: requestId,
    ...(serviceError.issues.length === 0 ? {} : { issues: serviceError.issues.map(maskIssue) }),
    ...defined({ reason: serviceError.reason }),
    ...serviceError.extra,
  };
  return {
    status,
    headers: {
      ...serviceError.headers,
      "content-type": "application/problem+json",
      "x-ms-error-code": serviceError.code,
      "cache-control": "no-store",
      ...(retryAfter === undefined ? {} : { "retry-after": String(Math.max(1, Math.ceil(retryAfter))) }),
    },
    body: JSON.stringify(body),
  };
}
