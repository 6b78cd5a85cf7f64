/** Looks for texts in whatever a service left behind, also where they are written in another form. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export interface Found {
  /** Which of the texts, by the name it was given. */
  readonly what: string;
  readonly place: string;
}

/** A text as it is, in a URL, and in Base64 of either kind, wherever in the encoded text it begins. */
function forms(text: string): readonly string[] {
  const encoded = [0, 1, 2].map((before) => {
    const base64 = Buffer.from(`${"x".repeat(before)}${text}`)
      .toString("base64")
      .replace(/=+$/, "");
    // The first and last characters hold bits of what stands beside the text.
    return base64.slice(Math.ceil((before * 8) / 6), -1);
  });
  const urlKind = encoded.map((base64) => base64.replaceAll("+", "-").replaceAll("/", "_"));
  return [...new Set([text, encodeURIComponent(text), ...encoded, ...urlKind])];
}

/** @param texts by name. */
export function createFinder(texts: Readonly<Record<string, string>>) {
  const needles = Object.entries(texts).map(([what, text]) => ({
    what,
    forms: forms(text).map((form) => Buffer.from(form)),
  }));

  const inBytes = (bytes: Buffer, place: string): Found[] =>
    needles.filter(({ forms: all }) => all.some((form) => bytes.includes(form))).map(({ what }) => ({ what, place }));

  /** Every file below a folder, its own path among what is looked at. */
  const inFolder = (folder: string, leaveOut: readonly string[] = []): Found[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .filter((path) => !leaveOut.includes(path))
      .flatMap((path) => [...inBytes(Buffer.from(path), path), ...inBytes(readFileSync(join(folder, path)), path)]);

  return { inText: (text: string, place: string) => inBytes(Buffer.from(text), place), inFolder };
}
