/** Size limits for texts and lists of a backend, because every change of a record writes them again. */

import { maskText } from "../text/mask-secrets.ts";
import { cutText } from "./cause-text.ts";
import type { Observation } from "./messages.ts";
import type { JobError } from "./record.ts";

const maxTextLength = 4000;
const maxNameLength = 300;
const maxLogs = 1000;
const maxServices = 50;
const maxServiceLength = 10_000;

/** A text with secrets masked, shortened to the limit. */
export function boundedText(text: string): string {
  return cutText(maskText(text), maxTextLength);
}

/** An error within the limits. */
export function boundedError({ code, message }: JobError): JobError {
  return { code: cutText(code, maxNameLength), message: boundedText(message) };
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
      : { services: Object.fromEntries(Object.entries(services).filter(isShort).slice(0, maxServices)) }),
    ...(log_names === undefined ? {} : { log_names: log_names.slice(0, maxLogs) }),
  };
}

function isShort([name, service]: readonly [string, unknown]): boolean {
  return name.length <= maxNameLength && JSON.stringify(service).length <= maxServiceLength;
}
