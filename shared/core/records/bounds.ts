/** Size limits for texts and lists of a backend, which a record stores and rewrites with every change. */

import { maskText } from "../text/mask-secrets.ts";
import { cutText } from "./cause-text.ts";
import type { Observation } from "./messages.ts";
import type { JobError } from "./record.ts";

const longestText = 4000;
const longestWord = 300;
const mostLogs = 1000;
const mostServices = 50;
const longestService = 10_000;

/** A text without secrets, cut with a mark if it is too long. */
export function boundedText(text: string): string {
  return cutText(maskText(text), longestText);
}

/** An error within the limits. */
export function boundedError({ code, message }: JobError): JobError {
  return { code: cutText(code, longestWord), message: boundedText(message) };
}

/** An observation's error, services and logs within the limits. */
export function bounded({
  error,
  services,
  log_names,
}: Observation): Pick<Observation, "error" | "services" | "log_names"> {
  return {
    ...(error === undefined ? {} : { error: boundedError(error) }),
    ...(services === undefined
      ? {}
      : { services: Object.fromEntries(Object.entries(services).filter(isShort).slice(0, mostServices)) }),
    ...(log_names === undefined ? {} : { log_names: log_names.slice(0, mostLogs) }),
  };
}

function isShort([name, service]: readonly [string, unknown]): boolean {
  return name.length <= longestWord && JSON.stringify(service).length <= longestService;
}
