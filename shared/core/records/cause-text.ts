import { maskText } from "../job/schema/secrets.ts";

const longestCause = 500;
/** Folders of an absolute path, which belong to the service's machine; a URL has two slashes in a row. */
const folders = /(?<![\w.:/])\/(?:[^\s/'"`:;,]{1,255}\/)+|(?<!\w)[A-Za-z]:\\(?:[^\s\\'"`:;,]{1,255}\\)+/g;

/** A text of at most `most` characters; a longer one ends with a mark that says so. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  // Half of a pair of surrogates would not survive as UTF-8.
  const end = /[\ud800-\udbff]/.test(text.charAt(most - 1)) ? most - 1 : most;
  return `${text.slice(0, end)} ... (cut, ${text.length} characters)`;
}

/** Errors in the service's own words, which name no folder of its machine; a path in them is one of the API or of storage. */
const ownErrors = /^(ServiceError|BackendRefusal|StorageRefusal|AzureMLError)$/;

/** The cause of a failure in one line that a job may show: its first line, shortened, without secrets and folders of the service. */
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
