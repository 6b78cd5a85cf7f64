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

/** The submitter and the idempotency key of a request. @throws ServiceError `invalid_request` for a malformed key. */
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
  /** Aborted when the client has disconnected. */
  readonly closed: AbortSignal;
  /** Path of the job's file in the bundle, if it is not `job.yml`, `job.yaml` or `job.json` in the root folder. */
  readonly jobPath?: string | undefined;
}

/**
 * Reads a submission and calls `use` with it; files are deleted when `use` has ended. Receiving and submitting have
 * separate concurrency limits, so that slow clients do not delay other jobs. A zip keeps its slot until its job is
 * stored, because it uses disk space.
 * @throws ServiceError `unsupported_media_type`, `empty_body`, `body_too_large`, `invalid_request`, `invalid_query`,
 * `invalid_bundle`, `request_timeout`, `too_many_requests`, and the errors of `use`.
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
    if (jobPath !== undefined) throw jobPathWithoutBundle();
    const source = await withSlot(concurrency.bodies, closed, () => readBody(request, maxBodyBytes));
    try {
      return await submit({ source, format: format ?? sniffJobFormat(source), door: "http", ...submitter });
    } catch (error) {
      throw withLineBreakHint(error, source);
    }
  }
  return withSlot(concurrency.uploads, closed, async () => {
    // Loaded on demand, because the code for forms and zips loads slowly and most submissions have no files.
    const { withBundle } = await import("./read-bundle.ts");
    return withBundle(request, format, options, (job) => {
      if (jobPath !== undefined && job.bundle === undefined) throw jobPathWithoutBundle();
      return submit({ ...job, door: "http", ...submitter });
    });
  });
}

/**
 * Adds a hint to the syntax error of a body without line breaks, which `curl -d @FILE` removes. Other errors are
 * returned unchanged.
 */
function withLineBreakHint(error: unknown, source: Uint8Array): unknown {
  if (!isServiceError(error, "invalid_job") || source.includes(10) || source.includes(13)) return error;
  const [first, ...others] = error.issues;
  if (first === undefined || !["invalid_syntax", "empty_document"].includes(first.code)) return error;
  const text = new TextDecoder().decode(source);
  if (!/^\s*(?:#|[\w$]+:\s)/.test(text)) return error;
  const hint = "The body has no line breaks: curl -d @FILE removes them, so send the file with --data-binary @FILE.";
  return new ServiceError("invalid_job", `${error.message} ${hint}`, {
    issues: [{ ...first, message: `${first.message} ${hint}` }, ...others],
    cause: error,
  });
}

function jobPathWithoutBundle(): ServiceError {
  return new ServiceError(
    "invalid_query",
    "The query parameter job is a path in a bundle, but there is no bundle; send a zip, or a form with a part bundle.",
  );
}

/**
 * The value of Idempotency-Key: a structured-field string (`"abc"`) or plain text.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
function readKey(header: string | null): string | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  const key = /^"(?:[^"\\]|\\["\\])*"$/.test(text) ? text.slice(1, -1).replaceAll(/\\(["\\])/g, "$1") : text;
  if (/^[\x20-\x7e]+$/.test(key) && key.length <= maxKeyLength) return key;
  throw new ServiceError(
    "invalid_request",
    `The header Idempotency-Key must have 1 to ${maxKeyLength} printable ASCII characters.`,
  );
}
