/** Compiles a pattern of an ignore file into a matcher of paths. */
import { createAutomaton } from "./glob-automaton.ts";
import type { CharacterToken, Glob, PathText, Segment } from "./glob-types.ts";

/** The forms of a path that patterns are compared with. The code points are computed on first use. */
export function pathText(path: string): PathText {
  const end = path.lastIndexOf("/");
  let codePoints: Uint32Array | undefined;
  return {
    whole: `/${path}/`,
    folders: end < 0 ? undefined : `/${path.slice(0, end)}/`,
    codePoints() {
      codePoints ??= Uint32Array.from(`${path}/`, (character) => character.codePointAt(0) ?? 0);
      return codePoints;
    },
  };
}

/** Cost of a text search for one character of a path, relative to an automaton step. */
const searchCost = 1 / 16;

/**
 * Compiles a pattern; undefined if it is longer than any path.
 * @param onlyBelow whether the pattern matches a folder only through the paths below it, as `build/` does.
 */
export function compileGlob(segments: readonly Segment[], onlyBelow: boolean): Glob | undefined {
  if (segments.length === 1 && segments[0] === "**")
    return { matches: ({ folders }) => !onlyBelow || folders !== undefined, cost: searchCost };
  const search = textSearch(segments);
  if (search === undefined) return createAutomaton(segments, onlyBelow);
  const { text, atStart } = search;
  const searched = (path: PathText): string => (onlyBelow ? (path.folders ?? "") : path.whole);
  return {
    matches: (path) => (atStart ? searched(path).startsWith(text) : searched(path).includes(text)),
    cost: searchCost,
  };
}

interface TextSearch {
  readonly text: string;
  readonly atStart: boolean;
}

/** Text search that replaces a pattern without wildcards, or with few: `/build`, `*.pyc`, `__pycache__`. */
function textSearch(segments: readonly Segment[]): TextSearch | undefined {
  const [first, second] = segments;
  if (first === "**" && second !== undefined && second !== "**" && segments.length === 2) return segmentSearch(second);
  const texts = segments.map((segment) => (segment === "**" ? undefined : literalText(segment)));
  return texts.includes(undefined) ? undefined : { text: `/${texts.join("/")}/`, atStart: true };
}

/** The search for a segment at any depth that has no wildcards but a `*` at its start or end. */
function segmentSearch(segment: Exclude<Segment, "**">): TextSearch | undefined {
  const startsWithStar = segment[0] === "*";
  const endsWithStar = segment.length > 1 && segment.at(-1) === "*";
  const text = literalText(segment.slice(startsWithStar ? 1 : 0, endsWithStar ? -1 : undefined));
  if (text === undefined || text === "") return undefined;
  return { text: `${startsWithStar ? "" : "/"}${text}${endsWithStar ? "" : "/"}`, atStart: false };
}

type Literal = Extract<CharacterToken, { kind: "literal" }>;

/** The text of a segment; undefined if it has wildcards. */
function literalText(segment: Exclude<Segment, "**">): string | undefined {
  return segment.every((token): token is Literal => token !== "*" && token.kind === "literal")
    ? segment.map(({ character }) => character).join("")
    : undefined;
}
