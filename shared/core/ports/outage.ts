/** Outages: a backend or storage that is unreachable, throttles or rejects the service. Their notices and log lines. */

import { isServiceError, type ServiceError } from "../errors.ts";
import { causeText } from "../records/cause-text.ts";
import { type NoticeText, notices, type OutageReason } from "../records/notice.ts";

/** True for an error that can resolve without a change to the job. */
export function isOutage(error: unknown): error is ServiceError {
  return isServiceError(error, "unavailable") || isServiceError(error, "throttled");
}

/** The reason of an outage; the generic reason for its code if the adapter set none. */
export function reasonOf({ reason, code }: ServiceError): OutageReason {
  return reason ?? (code === "throttled" ? "throttled" : "unreachable");
}

/** The notice of a job that waits for the end of an outage. */
export function outageNotice(error: ServiceError, now: Date): NoticeText {
  const code = reasonOf(error);
  const { retryAfterSeconds } = error;
  const pause =
    code !== "throttled" || retryAfterSeconds === undefined
      ? []
      : [pauseUntil(new Date(now.getTime() + retryAfterSeconds * 1000))];
  return { code, message: [notices[code], `${causeText(error)}.`, ...pause].join(" ") };
}

/** The notice of a job whose backend requested a pause. */
export function pauseNotice(until: Date): NoticeText {
  return { code: "throttled", message: `${notices.throttled} ${pauseUntil(until)}` };
}

function pauseUntil(until: Date): string {
  return `The backend requested a pause until ${until.toISOString()}.`;
}

/** The notice of a failure: the generic message of its code, then the cause. */
export function failureNotice(
  code:
    | "status_unreadable"
    | "dispatch_failing"
    | "cancel_not_sent"
    | "edit_not_sent"
    | "update_failed"
    | "log_incomplete",
  error: unknown,
): NoticeText {
  return { code, message: `${notices[code]} ${causePrefix}${causeText(error)}.` };
}

const causePrefix = "The cause: ";

/** The cause at the end of a failure's notice; undefined without one. */
export function causeIn({ message }: NoticeText): string | undefined {
  const at = message.indexOf(causePrefix);
  return at < 0 ? undefined : message.slice(at + causePrefix.length);
}

/** An error as one log line: its reason, its message, and the request id of the remote service. */
export function outageLine(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown };
  const { requestId } = (cause ?? {}) as { readonly requestId?: string };
  const causeMessage = cause instanceof Error ? causeText(cause) : "";
  const extraMessage = causeText(error).includes(causeMessage) ? [] : [causeMessage];
  const request = requestId === undefined ? [] : [`request id ${requestId}`];
  const details = [...extraMessage, ...request].join("; ");
  const code = isOutage(error) ? `${reasonOf(error)}: ` : "";
  return `${code}${causeText(error)}${details === "" ? "" : ` (${details})`}`;
}
