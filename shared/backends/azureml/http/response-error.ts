/** Converts a response of Azure ML, or a failed request, into a value or an error without secrets. */
import { ServiceError } from "../../../core/errors.ts";
import type { OutageReason } from "../../../core/records/notice.ts";
import { maskText } from "../../../core/text/mask-secrets.ts";
import { defined } from "../../../lib/defined.ts";
import { AzureMLError } from "./azureml-error.ts";
import { parseKeepingNumbers } from "./json.ts";
import { retryAfterSeconds } from "./retry-after.ts";
import type { HttpResponse } from "./send-once.ts";

export interface AzureMLResponse {
  readonly status: number;
  /** The parsed body; undefined for an empty one. */
  readonly body: unknown;
}

/**
 * Parses a response. @param action completes "Azure ML could not ..." in errors, e.g. "read job iris"
 * @throws ServiceError `throttled`, `unavailable`; AzureMLError for other error responses.
 */
export function parseResponse(action: string, response: HttpResponse, text: string, now: Date): AzureMLResponse {
  const { status } = response;
  const body = parseJson(text);
  if (status < 200 || status >= 300) throw responseError(action, response, body, now);
  if (body === invalidJson) throw unavailable(action, "its response is not JSON, or is incomplete", "unreachable");
  return { status, body };
}

const invalidJson = Symbol("invalid JSON");

function parseJson(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return parseKeepingNumbers(text);
  } catch {
    return invalidJson;
  }
}

function responseError(action: string, { status, headers }: HttpResponse, body: unknown, now: Date): Error {
  const requestId = headers.get("x-ms-request-id") ?? headers.get("x-ms-correlation-request-id");
  const cause = new AzureMLError(action, status, body, requestId);
  const retryAfter = retryAfterSeconds(headers, now);
  const details = { cause, ...defined({ retryAfterSeconds: retryAfter }) };
  if (status === 429 || (status >= 500 && retryAfter !== undefined))
    return new ServiceError("throttled", cause.message, { ...details, reason: "throttled" });
  if (status === 401) {
    const message = `${cause.message} The token of the app's identity was rejected.`;
    return new ServiceError("unavailable", message, { ...details, reason: "credential_missing" });
  }
  if (status === 408 || status >= 500)
    return new ServiceError("unavailable", cause.message, { ...details, reason: "unreachable" });
  if (status >= 300 && status < 400)
    return unavailable(action, `it returned the redirect ${status}, which is not followed`, "unreachable");
  return cause;
}

export function unavailable(action: string, description: string, reason: OutageReason): ServiceError {
  return new ServiceError("unavailable", `Azure ML could not ${action}: ${description}.`, { reason });
}

/** The error of a call without a complete response. */
export function connectionError(action: string, error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const { code = "" } = error as { readonly code?: string };
  return unavailable(action, describeError(error), /^(ENOTFOUND|EAI_)/.test(code) ? "dns" : "unreachable");
}

/**
 * The code and the first line of an error. Nothing else is used, because the errors of the HTTP client contain the
 * token.
 */
export function describeError(error: unknown): string {
  const { name, code, message } = error as {
    readonly name?: string;
    readonly code?: string;
    readonly message?: string;
  };
  const firstLine = maskText(message?.split("\n")[0]?.slice(0, 300) ?? String(error));
  return [code ?? name, firstLine].filter(Boolean).join(", ").replace(/\.$/, "");
}
