/**
 * `.amlignore` and `.gitignore`, as the SDK reads them: the patterns of one file at the top of the folder, each tried on the
 * path of each file, and the last that matches decides. So `!keep/this` counts even below a folder that is left out, which it
 * does not for git. Patterns come from strangers, so they are matched without regular expressions, in bounded time.
 * @see IgnoreFile in azure/ai/ml/_utils/_asset_utils.py and GitWildMatchPattern of pathspec
 */

/** True for a path, relative to the folder, that is left out. */
export type IsIgnored = (path: string) => boolean;

/** The files that are looked for, the first of them that is there counts. */
export const ignoreFiles = [".amlignore", ".gitignore"] as const;

interface Pattern {
  readonly ignores: boolean;
  /** `**` stands for any number of parts of a path. */
  readonly parts: readonly ("**" | readonly Token[])[];
  /** Whether the last part must have something below it. */
  readonly below: boolean;
}

type Token = "*" | { readonly matches: (letter: string) => boolean };

/** Reads the patterns of an ignore file. A pattern that is none (a backslash at its end) is passed over. */
export function readIgnoreFile(text: string): IsIgnored {
  const patterns = text.split(/\r?\n/).flatMap((line) => readPattern(line) ?? []);
  return (path) => {
    const parts = path.split("/");
    return patterns.findLast((pattern) => matchesParts(pattern, parts))?.ignores ?? false;
  };
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
  return read.includes(undefined) ? undefined : { ignores, parts: read as Pattern["parts"], below };
}

/** Undefined for a part that ends with a lone backslash. */
function readPart(part: string): readonly Token[] | undefined {
  const letters = [...part];
  const tokens: Token[] = [];
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters[at] as string;
    if (letter === "*") tokens.push("*");
    else if (letter === "?") tokens.push({ matches: () => true });
    else if (letter === "\\") {
      at += 1;
      const next = letters[at];
      if (next === undefined) return undefined;
      tokens.push({ matches: (other) => other === next });
    } else if (letter === "[") {
      const end = closing(letters, at);
      if (end === undefined) tokens.push({ matches: (other) => other === "[" });
      else {
        tokens.push({ matches: readSet(letters.slice(at + 1, end)) });
        at = end;
      }
    } else tokens.push({ matches: (other) => other === letter });
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

/** Whether the pattern matches the path or a folder above it. Each `**` is tried at the first place first, and only the last one moves on. */
function matchesParts({ parts, below }: Pattern, path: readonly string[]): boolean {
  const last = parts.length - 1;
  let [at, part] = [0, 0];
  let retry: { readonly part: number; at: number } | undefined;
  for (;;) {
    const wanted = parts[part];
    if (wanted === undefined) {
      // What is left of the path lies below what matched.
      if (!below || at < path.length) return true;
    } else if (wanted === "**") {
      if (part === last) return path.length - at > (below ? 1 : 0);
      retry = { part, at };
      part += 1;
      continue;
    } else if (at < path.length && matchesPart(wanted, path[at] as string)) {
      at += 1;
      part += 1;
      continue;
    }
    if (retry === undefined || retry.at >= path.length) return false;
    retry.at += 1;
    at = retry.at;
    part = retry.part + 1;
  }
}

/** The same for the letters of one part, with `*`. A part that is only `*` needs a letter, which every part of a path has. */
function matchesPart(tokens: readonly Token[], text: string): boolean {
  const letters = [...text];
  let [at, token] = [0, 0];
  let retry: { readonly token: number; at: number } | undefined;
  while (at < letters.length || token < tokens.length) {
    const wanted = tokens[token];
    if (wanted === "*") {
      retry = { token, at };
      token += 1;
    } else if (wanted !== undefined && at < letters.length && wanted.matches(letters[at] as string)) {
      at += 1;
      token += 1;
    } else {
      if (retry === undefined || retry.at >= letters.length) return false;
      retry.at += 1;
      at = retry.at;
      token = retry.token + 1;
    }
  }
  return true;
}
