/** Classifies the errors of the storage SDKs. */
import type { OutageReason } from "../../core/records/notice.ts";
import type { SdkError } from "./storage-refusal.ts";

const credentialErrors = /^(CredentialUnavailable|AggregateAuthentication|Authentication)/;
const noSpace = /ENOSPC|EDQUOT|no space left|InsufficientStorage|quota exceeded/i;

/**
 * True for an error that may be temporary: no response, an incomplete response, a retryable status, a rejected identity
 * or a missing token. False for an error response that is caused by the request.
 */
export function isOutage(error: unknown): boolean {
  const { name = "", statusCode, code } = error as SdkError;
  // The blob client reports a connection that was closed in the middle of a body as an abort.
  if (isAbort(error)) return true;
  if (typeof statusCode === "number") return [401, 403, 408, 429].includes(statusCode) || statusCode >= 500;
  if (error instanceof Error && credentialErrors.test(name)) return true;
  return typeof code === "string" && !code.startsWith("ERR_INVALID_");
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}

/** True for an outage without a response. */
export function isNoResponse(error: unknown): boolean {
  return isOutage(error) && outageReason(error) === "unreachable";
}

/** The reason of a failed call. */
export function outageReason(error: unknown): OutageReason {
  const { name = "", statusCode, code = "", message = "", details } = error as SdkError;
  const codes = `${code} ${details?.errorCode ?? ""}`;
  if (statusCode === 507 || noSpace.test(`${codes} ${message.slice(0, 1000)}`)) return "storage_full";
  if (credentialErrors.test(name)) return "credential_missing";
  if (statusCode === 401 || (statusCode === 403 && /AuthenticationFailed|InvalidAuthenticationInfo/.test(codes)))
    return "credential_missing";
  if (statusCode === 403) return "forbidden";
  if (statusCode === 429 || /ServerBusy/.test(codes)) return "throttled";
  if (statusCode !== undefined) return "storage_refused";
  return /^(ENOTFOUND|EAI_)/.test(code) ? "dns" : "unreachable";
}

const callDescriptions: Readonly<Record<OutageReason, string>> = {
  credential_missing: "the service has no credential that storage accepts",
  forbidden: "the service's identity lacks a permission",
  throttled: "storage limits the number of calls",
  dns: "its host name cannot be resolved",
  unreachable: "it does not respond",
  workspace_missing: "it does not respond",
  storage_full: "there is no space left",
  storage_refused: "storage has an internal error",
};

/** Describes the reason for a message, with the status or code of the error. */
export function describeOutageReason(reason: OutageReason, error: unknown): string {
  const { name, statusCode, code } = error as SdkError;
  const detail = statusCode ?? code ?? name;
  return detail === undefined ? callDescriptions[reason] : `${callDescriptions[reason]} (${detail})`;
}
