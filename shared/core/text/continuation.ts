/** Continuation tokens: each marks the end of a page of a list; clients send it to receive the next page. */
import { ServiceError } from "../errors.ts";
import { pointer } from "../issues.ts";
import { sha256 } from "./digest.ts";

/** @param list identifies the list, including its filters. */
export function writeContinuation(text: string, list: readonly unknown[]): string {
  return Buffer.from(`${checksum(text, list)}${text}`).toString("base64url");
}

/**
 * The text in a continuation. Its checksum detects continuations that were truncated, changed or created for another
 * list. It is not a signature: a forged continuation only reads entries of the same list.
 * @throws ServiceError `invalid_query`.
 */
export function readContinuation(continuation: string, list: readonly unknown[]): string {
  const whole = Buffer.from(continuation, "base64url").toString("utf8");
  const text = whole.slice(checksumLength);
  const isValid =
    whole.slice(0, checksumLength) === checksum(text, list) &&
    Buffer.from(whole).toString("base64url") === continuation;
  if (!isValid) throw invalidContinuation();
  return text;
}

/** The error for a continuation that is not valid for a list. */
export function invalidContinuation(cause?: unknown): ServiceError {
  const message = "The continuation is not valid for this list and query. Omit it to read the first page.";
  return new ServiceError("invalid_query", message, {
    issues: [{ pointer: pointer(["query", "continuation"]), code: "invalid_parameter", message }],
    cause,
  });
}

const checksumLength = 16;

function checksum(text: string, list: readonly unknown[]): string {
  return sha256(JSON.stringify([...list, text])).slice(0, checksumLength);
}
