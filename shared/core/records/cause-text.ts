import { maskText } from "../text/mask-secrets.ts";

const maxCauseLength = 500;
/** Folders of an absolute path on the service's machine. (A URL has two slashes in a row.) */
const folders = /(?<![\w.:/])\/(?:[^\s/'"`:;,]{1,255}\/)+|(?<!\w)[A-Za-z]:\\(?:[^\s\\'"`:;,]{1,255}\\)+/g;

/** A text of at most `maxLength` characters. A longer text is cut and its length appended. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  // Half of a surrogate pair cannot be encoded as UTF-8.
  const end = /[\ud800-\udbff]/.test(text.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
  return `${text.slice(0, end)} ... (cut, ${text.length} characters)`;
}

/**
 * Names of the errors of this service. Paths in their messages belong to the API or to storage, so they are not
 * removed.
 */
const serviceErrors = /^(ServiceError|BackendRefusal|StorageRefusal|AzureMLError)$/;

/**
 * The cause of a failure, for notices and logs: one line, shortened, without secrets and folders of the service's
 * machine.
 */
export function causeText(error: unknown): string {
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  const isServiceMessage = serviceErrors.test(name);
  const text = isServiceMessage || name === "Error" ? message : `${name}: ${message}`;
  const [line = ""] = maskText(text.slice(0, 20 * maxCauseLength))
    .trim()
    .split("\n");
  const shown = isServiceMessage ? line : line.replaceAll(folders, ".../");
  return cutText(shown.trimEnd().replace(/\.$/, ""), maxCauseLength);
}
