/**
 * Matches paths against the patterns of an ignore file. A pattern is a set of states that all advance together, letter by letter (Shift-And), so a
 * match never goes back, and its time is the length of the path times the length of the pattern over 32, whatever both contain.
 */

/** A letter that a pattern wants: one, any but a slash, or one of a set. */
export type Letter =
  | { readonly kind: "one"; readonly letter: string }
  | { readonly kind: "any" }
  | { readonly kind: "set"; readonly size: number; readonly matches: (letter: string) => boolean };

/** A part of a pattern between slashes; "*" is any number of letters, "**" any number of parts. */
export type Part = "**" | readonly ("*" | Letter)[];

/** A path, in the forms that patterns look at. */
export interface PathText {
  /** Between slashes. */
  readonly whole: string;
  /** The folders of it between slashes; undefined at the top. */
  readonly folders: string | undefined;
  /** Code points of the path and a slash. */
  letters(): Uint32Array;
}

export interface Glob {
  /** Whether the pattern matches the path or a folder above it. */
  matches(path: PathText): boolean;
  /** Time that one letter of a path takes at most; 1 is a step of 32 states. */
  readonly cost: number;
}

export function pathText(path: string): PathText {
  const end = path.lastIndexOf("/");
  let letters: Uint32Array | undefined;
  return {
    whole: `/${path}/`,
    folders: end < 0 ? undefined : `/${path.slice(0, end)}/`,
    letters() {
      letters ??= Uint32Array.from(`${path}/`, (letter) => letter.codePointAt(0) ?? 0);
      return letters;
    },
  };
}

/** Longer than any path. */
const tooLong = 1000;
/** The cost of a search for a text, which the engine does many letters at once. */
const searchCost = 1 / 16;
const slash: Letter = { kind: "one", letter: "/" };

/** @param below whether the match must have something below it. @returns undefined for a pattern that no path can match. */
export function compileGlob(parts: readonly Part[], below: boolean): Glob | undefined {
  if (parts.length === 1 && parts[0] === "**")
    return { matches: ({ folders }) => !below || folders !== undefined, cost: searchCost };
  const search = searchOf(parts);
  const within = (path: PathText): string => (below ? (path.folders ?? "") : path.whole);
  if (search !== undefined) {
    const { text, atStart } = search;
    return {
      matches: (path) => (atStart ? within(path).startsWith(text) : within(path).includes(text)),
      cost: searchCost,
    };
  }
  return createMachine(parts, below);
}

/** A pattern that is a text at the start of a path, or anywhere in it, e.g. `/build`, `*.pyc`, `__pycache__`. */
function searchOf(parts: readonly Part[]): { readonly text: string; readonly atStart: boolean } | undefined {
  const [first, second] = parts;
  if (first === "**" && second !== undefined && second !== "**" && parts.length === 2) {
    const starts = second[0] === "*";
    const ends = second.length > 1 && second.at(-1) === "*";
    const text = textOf(second.slice(starts ? 1 : 0, ends ? -1 : undefined));
    return text === undefined || text === ""
      ? undefined
      : { text: `${starts ? "" : "/"}${text}${ends ? "" : "/"}`, atStart: false };
  }
  const texts = parts.map((part) => (part === "**" ? undefined : textOf(part)));
  return texts.includes(undefined) ? undefined : { text: `/${texts.join("/")}/`, atStart: true };
}

function textOf(part: readonly ("*" | Letter)[]): string | undefined {
  return part.every((each) => each !== "*" && each.kind === "one")
    ? part.map((each) => (each as { readonly letter: string }).letter).join("")
    : undefined;
}

/** State n: n letters of the pattern were found. */
interface States {
  readonly letters: readonly Letter[];
  /** States that stay for any letter but a slash. */
  readonly stars: ReadonlySet<number>;
  /** States that stay for any letter: a `**`. A match in one is also in the next state. */
  readonly globstars: ReadonlySet<number>;
}

function statesOf(parts: readonly Part[]): States {
  const letters: Letter[] = [];
  const stars = new Set<number>();
  const globstars = new Set<number>();
  for (const part of parts) {
    if (part === "**") globstars.add(letters.length);
    else for (const each of part) each === "*" ? stars.add(letters.length) : letters.push(each);
    letters.push(slash);
  }
  return { letters, stars, globstars };
}

const asciiLetters = 128;

function createMachine(parts: readonly Part[], below: boolean): Glob | undefined {
  const { letters, stars, globstars } = statesOf(parts);
  if (letters.length > tooLong) return undefined;
  const words = Math.ceil((letters.length + 1) / 32);
  const bits = (states: Iterable<number>) => {
    const made = new Int32Array(words);
    for (const state of states) made[state >> 5] = (made[state >> 5] ?? 0) | (1 << (state & 31));
    return made;
  };
  const [starBits, globstarBits, anyBits] = [
    bits(stars),
    bits(globstars),
    bits(letters.flatMap(({ kind }, at) => (kind === "any" ? [at + 1] : []))),
  ];
  const ones = new Map<number, Int32Array>();
  const sets = letters.flatMap((letter, at) => (letter.kind === "set" ? [{ ...letter, state: at + 1 }] : []));
  for (const [at, letter] of letters.entries()) {
    if (letter.kind !== "one") continue;
    const code = letter.letter.codePointAt(0) ?? 0;
    const wanted = ones.get(code) ?? new Int32Array(words);
    wanted[(at + 1) >> 5] = (wanted[(at + 1) >> 5] ?? 0) | (1 << ((at + 1) & 31));
    ones.set(code, wanted);
  }
  /** The states to which this letter leads. */
  const wantedBy = (code: number): Int32Array => {
    const wanted = ones.get(code)?.slice() ?? new Int32Array(words);
    if (code === slashCode) return wanted;
    for (let word = 0; word < words; word += 1) wanted[word] = (wanted[word] ?? 0) | (anyBits[word] ?? 0);
    const letter = sets.length > 0 ? String.fromCodePoint(code) : "";
    for (const { state, matches } of sets)
      if (matches(letter)) wanted[state >> 5] = (wanted[state >> 5] ?? 0) | (1 << (state & 31));
    return wanted;
  };
  // One table for the letters that most paths consist of: a look into a map would take most of the time.
  const table = new Int32Array(asciiLetters * words);
  for (let code = 0; code < asciiLetters; code += 1) table.set(wantedBy(code), code * words);
  const other = { code: -1, wanted: new Int32Array(words) };
  const lookUp = (code: number): Int32Array => {
    if (other.code !== code) Object.assign(other, { code, wanted: wantedBy(code) });
    return other.wanted;
  };
  const machine: Machine = {
    words,
    last: letters.length,
    starBits,
    globstarBits,
    table,
    lookUp,
    below,
    first: bits(globstars.has(0) ? [0, 1] : [0]),
  };
  const run = words === 1 ? runSmallMachine : runMachine;
  return {
    matches: (path) => run(machine, path.letters()),
    cost: words + sets.reduce((sum, { size }) => sum + size, 0),
  };
}

interface Machine {
  readonly words: number;
  readonly last: number;
  readonly starBits: Int32Array;
  readonly globstarBits: Int32Array;
  readonly first: Int32Array;
  /** For each ASCII letter the states to which it leads. */
  readonly table: Int32Array;
  /** The same for any other letter. */
  readonly lookUp: (code: number) => Int32Array;
  readonly below: boolean;
}

const slashCode = 47;

/** The same as `runMachine` for at most 32 states, which most patterns have. */
function runSmallMachine(
  { last, starBits, globstarBits, first, table, lookUp, below }: Machine,
  path: Uint32Array,
): boolean {
  const globstars = globstarBits[0] as number;
  const all = globstars | (starBits[0] as number);
  const lastBit = 1 << last;
  const end = below ? path.length - 1 : path.length;
  let states = first[0] as number;
  for (let at = 0; at < path.length; at += 1) {
    const code = path[at] as number;
    const came = (states << 1) & ((code < asciiLetters ? table[code] : lookUp(code)[0]) as number);
    states = came | ((came & globstars) << 1) | (states & (code === slashCode ? globstars : all));
    if ((states & lastBit) !== 0 && at < end) return true;
    if (states === 0) return false;
  }
  return false;
}

function runMachine(
  { words, last, starBits, globstarBits, first, table, lookUp, below }: Machine,
  path: Uint32Array,
): boolean {
  const states = first.slice();
  const [lastWord, lastBit] = [last >> 5, 1 << (last & 31)];
  for (let at = 0; at < path.length; at += 1) {
    const code = path[at] as number;
    const wanted = code < asciiLetters ? table : lookUp(code);
    const from = code < asciiLetters ? code * words : 0;
    let carry = 0;
    let entered = 0;
    let alive = 0;
    for (let word = 0; word < words; word += 1) {
      const before = states[word] as number;
      const came = ((before << 1) | carry) & (wanted[from + word] as number);
      carry = before >>> 31;
      const passed = came & (globstarBits[word] as number);
      const stays =
        before &
        (code === slashCode
          ? (globstarBits[word] as number)
          : (globstarBits[word] as number) | (starBits[word] as number));
      const now = came | (passed << 1) | entered | stays;
      entered = passed >>> 31;
      states[word] = now;
      alive |= now;
    }
    if (((states[lastWord] as number) & lastBit) !== 0 && (!below || at < path.length - 1)) return true;
    if (alive === 0) return false;
  }
  return false;
}
