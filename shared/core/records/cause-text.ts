import { maskText } from "../text/mask-secrets.ts";

const longestCause = 500;
/** Folders of an absolute path on the machine of the service. (A URL has two slashes in a row.) */
const folders = /(?<![\w.:/])\/(?:[^\s/'"`:;,]{1,255}\/)+|(?<!\w)[A-Za-z]:\\(?:[^\s\\'"`:;,]{1,255}\\)+/g;

/** A text of at most `most` characters. A longer one ends with a mark. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  // Half of a surrogate pair cannot be encoded as UTF-8.
  const end = /[\ud800-\udbff]/.test(text.charAt(most - 1)) ? most - 1 : most;
  return `${text.slice(0, end)} ... (cut, ${text.length} characters)`;
}

/** Errors with messages of the service, whose paths are those of the API or of storage, not of its machine. */
const ownErrors = /^(ServiceError|BackendRefusal|StorageRefusal|AzureMLError)$/;

/** The cause of a failure, as a job may show it: one line, shortened, without secrets and folders of the machine. */
export function causeText(error: unknown): string {
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  const isOwn = ownErrors.test(name);
  const text = isOwn || name === "Error" ? message : `${name}: ${message}`;
  const [line = ""] = maskText(text.slice(0, 20 * longestCause))
    .trim()
    .split("\n");
  const shown = isOwn ? line : line.replaceAll(folders, ".../");
  return cutText(shown.trimEnd().replace(/\.$/, ""), longestCause);
}
