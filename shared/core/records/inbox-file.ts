/** Files in the inbox: their kinds, and the order of their events. */

/** A file in the inbox, as a message describes it. */
export interface InboxFile {
  /** Path in the container: any text. */
  readonly path: string;
  readonly etag: string;
  /** Bytes. */
  readonly size?: number;
  /** Orders the events of one path. @see compareSequencers */
  readonly sequencer?: string;
}

/** The kind of a file in the inbox, by its name. */
export type InboxFileKind = "yaml" | "json" | "zip" | "cancel";

const kinds: Readonly<Record<string, InboxFileKind>> = {
  yml: "yaml",
  yaml: "yaml",
  json: "json",
  zip: "zip",
  cancel: "cancel",
};

/**
 * Undefined for a file that is not a job, bundle or cancel. A receipt is none of these, also if it is copied into the
 * inbox.
 */
export function inboxFileKind(path: string): InboxFileKind | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const extension = name.slice(name.lastIndexOf(".") + 1);
  if (name.endsWith(".receipt.json") || !name.includes(".") || !Object.hasOwn(kinds, extension)) return undefined;
  return kinds[extension];
}

/** True for a file with content, and for any cancel file. Some clients create an empty file before they write it. */
export function isFilled(kind: InboxFileKind, size: number): boolean {
  return size > 0 || kind === "cancel";
}

/** Above 0 if `a` is later. The hexadecimal numbers may have different lengths. */
export function compareSequencers(a: string, b: string): number {
  const digits = Math.max(a.length, b.length);
  const [one, other] = [a, b].map((text) => text.toLowerCase().padStart(digits, "0"));
  return one === other ? 0 : (one as string) < (other as string) ? -1 : 1;
}
