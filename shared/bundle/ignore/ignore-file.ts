/**
 * `.amlignore` and `.gitignore`, as the Azure ML SDK reads them. Each pattern of the file is compared with the path of
 * each file, and the last match applies. So `!keep/this` also applies below an ignored folder, unlike in git. Patterns
 * are untrusted, so they are matched without regular expressions, in linear time.
 * @see IgnoreFile in azure/ai/ml/_utils/_asset_utils.py and GitWildMatchPattern of pathspec
 */
import { compileGlob, pathText } from "./glob.ts";
import type { CharacterToken, Glob, Segment } from "./glob-types.ts";

/** True for an ignored path, relative to the folder of the ignore file. */
export type IsIgnored = (path: string) => boolean;

/** Names of ignore files; the first one that exists in a folder is used. */
export const ignoreFiles = [".amlignore", ".gitignore"] as const;

interface Pattern extends Glob {
  /** False for a pattern that begins with `!`. */
  readonly ignores: boolean;
}

export interface IgnoreRules {
  readonly isIgnored: IsIgnored;
  /** Upper bound of the steps for one character of a path. */
  readonly cost: number;
}

/** Parses an ignore file. Invalid patterns (a backslash at the end) and patterns longer than any path are skipped. */
export function readIgnoreRules(text: string): IgnoreRules {
  const patterns = text.split(/\r?\n/).flatMap((line) => readPattern(line) ?? []);
  const isIgnored = (path: string): boolean => {
    const compared = pathText(path);
    return patterns.findLast((pattern) => pattern.matches(compared))?.ignores ?? false;
  };
  return { isIgnored, cost: patterns.reduce((sum, { cost }) => sum + cost, 0) };
}

/** The pattern of a line; undefined for a blank line, a comment and an invalid pattern. */
function readPattern(line: string): Pattern | undefined {
  const text = line.endsWith("\\ ") ? line.trimStart() : line.trim();
  if (text === "" || text === "/" || text.startsWith("#")) return undefined;
  const ignores = !text.startsWith("!");
  const parts = (ignores ? text : text.slice(1))
    .split("/")
    .filter((part, index, all) => index === 0 || part !== "**" || all[index - 1] !== "**");
  const isFolder = parts.at(-1) === "";
  if (isFolder) parts.pop();
  if (parts[0] === "") parts.shift();
  else if (parts.length === 1 && parts[0] !== "**") parts.unshift("**");
  if (parts.length === 0) return undefined;
  const endsWithGlobstar = parts.length > 1 && parts.at(-1) === "**";
  if (endsWithGlobstar) parts.pop();
  const segments = parts.map((part) => (part === "**" ? part : readSegment(part)));
  if (!segments.every((segment) => segment !== undefined)) return undefined;
  const glob = compileGlob(segments, isFolder || endsWithGlobstar);
  return glob && { ...glob, ignores };
}

/** Undefined for a text that ends with an unescaped backslash. */
function readSegment(text: string): Segment | undefined {
  const characters = [...text];
  const lastBracket = characters.lastIndexOf("]");
  const tokens: ("*" | CharacterToken)[] = [];
  for (let at = 0; at < characters.length; ) {
    const parsed = readToken(characters, at, lastBracket);
    if (parsed === undefined) return undefined;
    if (parsed.token !== "*" || tokens.at(-1) !== "*") tokens.push(parsed.token);
    at = parsed.next;
  }
  return tokens;
}

interface FoundToken {
  readonly token: "*" | CharacterToken;
  /** Index of the first character after the token. */
  readonly next: number;
}

/** The token at an index; undefined for a backslash at the end. @param lastBracket index of the last `]`. */
function readToken(characters: readonly string[], at: number, lastBracket: number): FoundToken | undefined {
  const character = characters[at] ?? "";
  if (character === "*") return { token: "*", next: at + 1 };
  if (character === "?") return { token: { kind: "any" }, next: at + 1 };
  if (character === "\\") {
    const escaped = characters[at + 1];
    return escaped === undefined ? undefined : { token: { kind: "literal", character: escaped }, next: at + 2 };
  }
  const end = character === "[" ? setEnd(characters, at, lastBracket) : undefined;
  if (end === undefined) return { token: { kind: "literal", character }, next: at + 1 };
  return { token: { kind: "set", size: end - at, matches: readSet(characters.slice(at + 1, end)) }, next: end + 1 };
}

/** Index of the `]` that closes a `[`; undefined without one. A `]` as the first character is a member of the set. */
function setEnd(characters: readonly string[], open: number, lastBracket: number): number | undefined {
  const first = isNegation(characters[open + 1]) ? open + 2 : open + 1;
  const from = characters[first] === "]" ? first + 1 : first;
  // Compared first because a search for each `[` of a line without `]` would take quadratic time.
  return lastBracket < from ? undefined : characters.indexOf("]", from);
}

function isNegation(character: string | undefined): boolean {
  return character === "!" || character === "^";
}

function readSet(characters: readonly string[]): (character: string) => boolean {
  const isNegated = isNegation(characters[0]);
  const members = isNegated ? characters.slice(1) : characters;
  const single = new Set<string>();
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < members.length; at += 1) {
    const [from, dash, to] = [members[at] as string, members[at + 1], members[at + 2]];
    if (dash === "-" && to !== undefined) {
      ranges.push([from, to]);
      at += 2;
    } else single.add(from);
  }
  return (character) =>
    (single.has(character) || ranges.some(([from, to]) => from <= character && character <= to)) !== isNegated;
}
