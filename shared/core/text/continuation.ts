/** Where a page of a list ended, as the text that callers hand back. */

import { ServiceError } from "../errors.ts";
import { pointer } from "../issues.ts";
import { sha256 } from "./digest.ts";

/** @param list tells this list from any other, its filters included. */
export function writeContinuation(text: string, list: readonly unknown[]): string {
  return Buffer.from(`${checksum(text, list)}${text}`).toString("base64url");
}

/**
 * The text that was written. Not a secret: who makes one up reads no more than the list has anyway. It keeps one that was
 * cut, changed or made for another list from silently answering something else.
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

/** The refusal of one that does not lead on. */
export function invalidContinuation(cause?: unknown): ServiceError {
  const message = "The continuation is not one that this list gave for this query; start again without it.";
  return new ServiceError("invalid_query", message, {
    issues: [{ pointer: pointer(["query", "continuation"]), code: "invalid_parameter", message }],
    cause,
  });
}

const checksumLength = 16;

function checksum(text: string, list: readonly unknown[]): string {
  return sha256(JSON.stringify([...list, text])).slice(0, checksumLength);
}
