import type { HttpRequest } from "@azure/functions";
import { isServiceError, ServiceError } from "../../core/errors.ts";
import type { Submission } from "../../core/records/submission.ts";
import { defined } from "../../lib/defined.ts";
import type { Caller } from "../access/authorize.ts";
import { type ConcurrencyLimits, withSlot } from "../access/concurrency-limits.ts";
import { requestFormat, sniffJobFormat } from "./media-types.ts";
import { readBody } from "./read-body.ts";
import type { SubmissionLimits } from "./read-bundle.ts";

const maxKeyLength = 255;

/** Who submits by this request, and under which idempotency key. @throws ServiceError `invalid_request`. */
export function readSubmitter(
  request: HttpRequest,
  caller: Caller,
): Pick<Submission, "owner" | "createdBy" | "idempotencyKey"> {
  const idempotencyKey = readKey(request.headers.get("idempotency-key"));
  return {
    owner: caller.owner,
    createdBy: { name: caller.name, type: caller.type },
    ...defined({ idempotencyKey }),
  };
}

export interface SubmissionOptions extends SubmissionLimits {
  readonly concurrency: Pick<ConcurrencyLimits, "bodies" | "uploads" | "submissions">;
  /** Aborted when the caller has left. */
  readonly closed: AbortSignal;
  /** Where the job's own file is in the bundle, when not at its top. */
  readonly jobPath?: string | undefined;
}

/**
 * Reads what a request submits and hands it on; the files that came along are there until that is done. The body is received in one budget
 * and the job submitted in another, so that slow senders keep no job waiting. A zip keeps its place until its job is stored, as it lies on disk.
 * @throws ServiceError `unsupported_media_type`, `empty_body`, `body_too_large`, `invalid_request`, `invalid_query`, `invalid_bundle`,
 * `too_many_requests`.
 */
export async function withSubmission<T>(
  request: HttpRequest,
  caller: Caller,
  options: SubmissionOptions,
  use: (submission: Submission) => T | Promise<T>,
): Promise<T> {
  const { concurrency, closed, jobPath, maxBodyBytes } = options;
  const format = requestFormat(request);
  const submitter = readSubmitter(request, caller);
  const submit = (submission: Submission) => withSlot(concurrency.submissions, closed, async () => use(submission));
  if (format !== "multipart" && format !== "zip") {
    if (jobPath !== undefined) throw noBundle();
    const source = await withSlot(concurrency.bodies, closed, () => readBody(request, maxBodyBytes));
    try {
      return await submit({ source, format: format ?? sniffJobFormat(source), door: "http", ...submitter });
    } catch (error) {
      throw withLostLines(error, source);
    }
  }
  return withSlot(concurrency.uploads, closed, async () => {
    // Forms and zips are slow to load, and most jobs come alone.
    const { withBundle } = await import("./read-bundle.ts");
    return withBundle(request, format, options, (job) => {
      if (jobPath !== undefined && job.bundle === undefined) throw noBundle();
      return submit({ ...job, door: "http", ...submitter });
    });
  });
}

/** The refusal of a text that may have been several lines: `curl -d @FILE` sends a file without its line breaks. */
function withLostLines(error: unknown, source: Uint8Array): unknown {
  if (!isServiceError(error, "invalid_job") || source.includes(10) || source.includes(13)) return error;
  const [first, ...others] = error.issues;
  if (first === undefined || !["invalid_syntax", "empty_document"].includes(first.code)) return error;
  const text = new TextDecoder().decode(source);
  if (!/^\s*(?:#|[\w$]+:\s)/.test(text)) return error;
  const hint = "The body has no line breaks: curl -d @FILE takes them out, so send the file with --data-binary @FILE.";
  return new ServiceError("invalid_job", `${error.message} ${hint}`, {
    issues: [{ ...first, message: `${first.message} ${hint}` }, ...others],
    cause: error,
  });
}

/** The refusal of a place in a bundle that did not come. */
function noBundle(): ServiceError {
  return new ServiceError(
    "invalid_query",
    "The query parameter job says where in a bundle the job is, but there is no bundle: send a zip, or a form with one.",
  );
}

/** A structured-field string (`"abc"`) or the bare text. @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
function readKey(header: string | null): string | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  const key = /^"(?:[^"\\]|\\["\\])*"$/.test(text) ? text.slice(1, -1).replaceAll(/\\(["\\])/g, "$1") : text;
  if (/^[\x20-\x7e]+$/.test(key) && key.length <= maxKeyLength) return key;
  throw new ServiceError(
    "invalid_request",
    `The Idempotency-Key must have 1 to ${maxKeyLength} printable ASCII characters.`,
  );
}
