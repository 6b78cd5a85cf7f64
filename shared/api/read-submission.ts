import type { HttpRequest } from "@azure/functions";
import { ServiceError } from "../core/errors.ts";
import type { Submission } from "../core/submission.ts";
import type { Caller } from "./caller.ts";
import { requestFormat } from "./media-types.ts";
import { readBody } from "./read-body.ts";

const maxKeyLength = 255;

/** Who submits by this request, and under which idempotency key. @throws ServiceError `invalid_request`. */
export function readSubmitter(request: HttpRequest, caller: Caller): Pick<Submission, "owner" | "createdBy" | "idempotencyKey"> {
  const idempotencyKey = readKey(request.headers.get("idempotency-key"));
  return { owner: caller.owner, createdBy: { name: caller.name, type: caller.type }, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) };
}

/** What a request submits. @throws ServiceError `unsupported_media_type`, `empty_body`, `body_too_large`, `invalid_request`. */
export async function readSubmission(request: HttpRequest, caller: Caller, maxBytes: number): Promise<Submission> {
  const format = requestFormat(request);
  const submitter = readSubmitter(request, caller);
  return { source: await readBody(request, maxBytes), format, door: "http", ...submitter };
}

/** A structured-field string (`"abc"`) or the bare text. @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
function readKey(header: string | null): string | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  const key = /^"(?:[^"\\]|\\["\\])*"$/.test(text) ? text.slice(1, -1).replaceAll(/\\(["\\])/g, "$1") : text;
  if (/^[\x20-\x7e]+$/.test(key) && key.length <= maxKeyLength) return key;
  throw new ServiceError("invalid_request", `The Idempotency-Key must have 1 to ${maxKeyLength} printable ASCII characters.`);
}
