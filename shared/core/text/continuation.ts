/** Continuations: texts that mark the end of a page of a list, which clients send to receive the next page. */
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
  const isOurs =
    whole.slice(0, checksumLength) === checksum(text, list) &&
    Buffer.from(whole).toString("base64url") === continuation;
  if (!isOurs) throw invalidContinuation();
  return text;
}

/** The error for a continuation that is not valid for a list. */
export function invalidContinuation(cause?: unknown): ServiceError {
  const message = "The continuation does not belong to this list and query; start again without it.";
  return new ServiceError("invalid_query", message, {
    issues: [{ pointer: pointer(["query", "continuation"]), code: "invalid_parameter", message }],
    cause,
  });
}

const checksumLength = 16;

function checksum(text: string, list: readonly unknown[]): string {
  return sha256(JSON.stringify([...list, text])).slice(0, checksumLength);
}
