import { maskText } from "./job/secrets.ts";

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

/** The cause of a failure in one line that a job may show: its first line, shortened, without secrets and folders of the service. */
export function causeText(error: unknown): string {
  const text = error instanceof Error ? `${/^(Error|ServiceError|BackendRefusal)$/.test(error.name) ? "" : `${error.name}: `}${error.message}` : String(error);
  const [line = ""] = maskText(text.slice(0, 20 * longestCause))
    .trim()
    .split("\n");
  return cutText(line.replaceAll(folders, ".../").replace(/[.\s]+$/, ""), longestCause);
}
