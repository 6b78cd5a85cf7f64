/**
 * `.amlignore` and `.gitignore`, as the SDK reads them: the patterns of one file at the top of the folder, each tried on the
 * path of each file, and the last that matches decides. So `!keep/this` counts even below a folder that is left out, which it
 * does not for git. Patterns come from strangers, so they are matched without regular expressions, in linear time.
 * @see IgnoreFile in azure/ai/ml/_utils/_asset_utils.py and GitWildMatchPattern of pathspec
 */
import { compileGlob, type Glob, type Letter, type Part, pathText } from "./glob.ts";

/** True for a path, relative to the folder, that is left out. */
export type IsIgnored = (path: string) => boolean;

/** The files that are looked for, the first of them that is there counts. */
export const ignoreFiles = [".amlignore", ".gitignore"] as const;

interface Pattern extends Glob {
  readonly ignores: boolean;
}

export interface IgnoreRules {
  readonly isIgnored: IsIgnored;
  /** Steps that one letter of a path takes at most. */
  readonly cost: number;
}

/** Reads the patterns of an ignore file. Invalid patterns (a backslash at the end), and those longer than any path, are skipped. */
export function readIgnoreRules(text: string): IgnoreRules {
  const patterns = text.split(/\r?\n/).flatMap((line) => readPattern(line) ?? []);
  const isIgnored = (path: string): boolean => {
    const seen = pathText(path);
    return patterns.findLast((pattern) => pattern.matches(seen))?.ignores ?? false;
  };
  return { isIgnored, cost: patterns.reduce((sum, { cost }) => sum + cost, 0) };
}

function readPattern(line: string): Pattern | undefined {
  const text = line.endsWith("\\ ") ? line.trimStart() : line.trim();
  if (text === "" || text === "/" || text.startsWith("#")) return undefined;
  const ignores = !text.startsWith("!");
  let parts = (ignores ? text : text.slice(1)).split("/");
  parts = parts.filter((part, index) => index === 0 || part !== "**" || parts[index - 1] !== "**");
  const isFolder = parts.at(-1) === "";
  if (isFolder) parts.pop();
  if (parts[0] === "") parts.shift();
  else if (parts.length === 1 && parts[0] !== "**") parts.unshift("**");
  if (parts.length === 0) return undefined;
  const below = isFolder || (parts.length > 1 && parts.at(-1) === "**");
  if (below && parts.length > 1 && parts.at(-1) === "**") parts.pop();
  const read = parts.map((part) => (part === "**" ? part : readPart(part)));
  const glob = read.includes(undefined) ? undefined : compileGlob(read as readonly Part[], below);
  return glob === undefined ? undefined : { ...glob, ignores };
}

/** Undefined for a part that ends with a lone backslash. */
function readPart(part: string): Part | undefined {
  const letters = [...part];
  // Once a bracket is not closed no later one is, and none needs to be looked for: a line of brackets would take quadratic time.
  let closable = true;
  const tokens: ("*" | Letter)[] = [];
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters[at] as string;
    if (letter === "*") {
      if (tokens.at(-1) !== "*") tokens.push("*");
    } else if (letter === "?") tokens.push({ kind: "any" });
    else if (letter === "\\") {
      at += 1;
      const next = letters[at];
      if (next === undefined) return undefined;
      tokens.push({ kind: "one", letter: next });
    } else if (letter === "[") {
      const end: number | undefined = closable ? closing(letters, at) : undefined;
      closable = end !== undefined;
      if (end === undefined) tokens.push({ kind: "one", letter });
      else {
        tokens.push({ kind: "set", size: end - at, matches: readSet(letters.slice(at + 1, end)) });
        at = end;
      }
    } else tokens.push({ kind: "one", letter });
  }
  return tokens;
}

/** Where a `[` is closed; a `]` that comes first is one of the set. */
function closing(letters: readonly string[], open: number): number | undefined {
  const negated = letters[open + 1] === "!" || letters[open + 1] === "^" ? 1 : 0;
  const end = letters.indexOf("]", open + 1 + negated + (letters[open + 1 + negated] === "]" ? 1 : 0));
  return end < 0 ? undefined : end;
}

function readSet(letters: readonly string[]): (letter: string) => boolean {
  const negated = letters[0] === "!" || letters[0] === "^";
  const set = negated ? letters.slice(1) : letters;
  const single = new Set<string>();
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < set.length; at += 1) {
    const [from, dash, to] = [set[at] as string, set[at + 1], set[at + 2]];
    if (dash === "-" && to !== undefined) {
      ranges.push([from, to]);
      at += 2;
    } else single.add(from);
  }
  return (letter) => (single.has(letter) || ranges.some(([from, to]) => from <= letter && letter <= to)) !== negated;
}
