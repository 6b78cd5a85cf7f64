/** Reasons of an outage of storage, from what the SDKs throw. */
import type { OutageReason } from "../../core/records/notice.ts";

interface Failure {
  readonly name?: string;
  readonly statusCode?: number;
  readonly code?: string;
  readonly message?: string;
  readonly details?: { readonly errorCode?: string };
}

const words: Readonly<Record<OutageReason, string>> = {
  credential_missing: "the service has no credential that storage accepts",
  forbidden: "the service's identity lacks a permission",
  throttled: "storage limits the number of calls",
  dns: "its host name cannot be resolved",
  unreachable: "there is no answer",
  workspace_missing: "there is no answer",
  storage_full: "there is no space left",
  storage_refused: "storage has an internal error",
};

const noSpace = /ENOSPC|EDQUOT|no space left|InsufficientStorage|quota exceeded/i;

/** Why a call failed. */
export function storageOutageReason(error: unknown): OutageReason {
  const { name = "", statusCode, code = "", message = "", details } = error as Failure;
  const said = `${code} ${details?.errorCode ?? ""}`;
  if (statusCode === 507 || noSpace.test(`${said} ${message.slice(0, 1000)}`)) return "storage_full";
  if (/^(CredentialUnavailable|AggregateAuthentication|Authentication)/.test(name)) return "credential_missing";
  if (statusCode === 401 || (statusCode === 403 && /AuthenticationFailed|InvalidAuthenticationInfo/.test(said)))
    return "credential_missing";
  if (statusCode === 403) return "forbidden";
  if (statusCode === 429 || /ServerBusy/.test(said)) return "throttled";
  if (statusCode !== undefined) return "storage_refused";
  return /^(ENOTFOUND|EAI_)/.test(code) ? "dns" : "unreachable";
}

/** The reason in words, with the status or code that it was seen by. */
export function describeOutageReason(reason: OutageReason, error: unknown): string {
  const { name, statusCode, code } = error as Failure;
  const seen = statusCode ?? code ?? name;
  return seen === undefined ? words[reason] : `${words[reason]} (${seen})`;
}
