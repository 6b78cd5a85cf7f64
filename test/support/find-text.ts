/** Finds texts in the files of a service, also in encoded forms. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export interface Found {
  /** The name of the text. */
  readonly what: string;
  readonly place: string;
}

/** The plain form of a text, its URL encoding, and both kinds of Base64 at every offset. */
function forms(text: string): readonly string[] {
  const encoded = [0, 1, 2].map((before) => {
    const base64 = Buffer.from(`${"x".repeat(before)}${text}`)
      .toString("base64")
      .replace(/=+$/, "");
    // The first and last characters contain bits of the surrounding text.
    return base64.slice(Math.ceil((before * 8) / 6), -1);
  });
  const urlKind = encoded.map((base64) => base64.replaceAll("+", "-").replaceAll("/", "_"));
  return [...new Set([text, encodeURIComponent(text), ...encoded, ...urlKind])];
}

/** @param texts the texts to find, by name. */
export function createFinder(texts: Readonly<Record<string, string>>) {
  const needles = Object.entries(texts).map(([what, text]) => ({
    what,
    forms: forms(text).map((form) => Buffer.from(form)),
  }));

  const inBytes = (bytes: Buffer, place: string): Found[] =>
    needles.filter(({ forms: all }) => all.some((form) => bytes.includes(form))).map(({ what }) => ({ what, place }));

  /** Searches the paths and contents of all files below a folder. */
  const inFolder = (folder: string, leaveOut: readonly string[] = []): Found[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .filter((path) => !leaveOut.includes(path))
      .flatMap((path) => [...inBytes(Buffer.from(path), path), ...inBytes(readFileSync(join(folder, path)), path)]);

  return { inText: (text: string, place: string) => inBytes(Buffer.from(text), place), inFolder };
}
