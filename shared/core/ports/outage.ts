/** Outages: a backend or storage that is unreachable, throttles or rejects the service. Their notices and log lines. */

import { isServiceError, type ServiceError } from "../errors.ts";
import { causeText } from "../records/cause-text.ts";
import { type NoticeText, notices, type OutageReason } from "../records/notice.ts";

/** True for an error that may pass without a change of the job. */
export function isOutage(error: unknown): error is ServiceError {
  return isServiceError(error, "unavailable") || isServiceError(error, "throttled");
}

/** The reason of an outage; a general one if the adapter gave none. */
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

/** The notice of a failure: the generic sentence of its code, then the cause. */
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
  const said = cause instanceof Error ? causeText(cause) : "";
  const behind = causeText(error).includes(said) ? [] : [said];
  const request = requestId === undefined ? [] : [`request id ${requestId}`];
  const more = [...behind, ...request].join("; ");
  const code = isOutage(error) ? `${reasonOf(error)}: ` : "";
  return `${code}${causeText(error)}${more === "" ? "" : ` (${more})`}`;
}
