/**
 * Matches paths against a pattern with wildcards in linear time. The automaton is in state n once the first n
 * characters of the pattern have matched. All active states advance together, as bits of 32-bit words, one step per
 * character of the path (the Shift-And algorithm), so a match never backtracks.
 */
import type { CharacterToken, Glob, Segment } from "./glob-types.ts";

/** More states than a path has characters. */
const maxStates = 1000;
const asciiCodes = 128;
const slashCode = 47;
const slash: CharacterToken = { kind: "literal", character: "/" };

interface Automaton {
  /** 32-bit words that hold one bit per state. */
  readonly words: number;
  /** The accepting state. */
  readonly last: number;
  /** States that are active before the first character. */
  readonly first: Int32Array;
  /** States that stay active for any character: those of a `**`. A state that follows one is entered with it. */
  readonly globstars: Int32Array;
  /** States that stay active for any character but a slash: those of a `*` or a `**`. */
  readonly stars: Int32Array;
  /** States entered by each ASCII character. An array, because map lookups would take most of the time of a match. */
  readonly asciiTable: Int32Array;
  /** States entered by another character. */
  readonly enteredBy: (code: number) => Int32Array;
  readonly onlyBelow: boolean;
}

/** Compiles a pattern; undefined if it is longer than any path. @param onlyBelow see compileGlob. */
export function createAutomaton(segments: readonly Segment[], onlyBelow: boolean): Glob | undefined {
  const { tokens, stars, globstars } = statesOf(segments);
  if (tokens.length > maxStates) return undefined;
  const words = Math.ceil((tokens.length + 1) / 32);
  const enteredBy = createTransitions(tokens, words);
  const asciiTable = new Int32Array(asciiCodes * words);
  for (let code = 0; code < asciiCodes; code += 1) asciiTable.set(enteredBy(code), code * words);
  const automaton: Automaton = {
    words,
    last: tokens.length,
    first: bitsOf(globstars.includes(0) ? [0, 1] : [0], words),
    globstars: bitsOf(globstars, words),
    stars: bitsOf([...stars, ...globstars], words),
    asciiTable,
    enteredBy: cacheLast(enteredBy),
    onlyBelow,
  };
  const run = words === 1 ? runSingleWord : runMultiWord;
  return {
    matches: (path) => run(automaton, path.codePoints()),
    cost: words + tokens.reduce((sum, token) => sum + (token.kind === "set" ? token.size : 0), 0),
  };
}

interface States {
  /** The token of the transition from each state to the next. */
  readonly tokens: readonly CharacterToken[];
  readonly stars: readonly number[];
  readonly globstars: readonly number[];
}

function statesOf(segments: readonly Segment[]): States {
  const tokens: CharacterToken[] = [];
  const stars: number[] = [];
  const globstars: number[] = [];
  for (const segment of segments) {
    if (segment === "**") globstars.push(tokens.length);
    else for (const token of segment) token === "*" ? stars.push(tokens.length) : tokens.push(token);
    tokens.push(slash);
  }
  return { tokens, stars, globstars };
}

function bitsOf(states: readonly number[], words: number): Int32Array {
  const bits = new Int32Array(words);
  for (const state of states) addState(bits, state);
  return bits;
}

function addState(bits: Int32Array, state: number): void {
  bits[state >> 5] = (bits[state >> 5] ?? 0) | (1 << (state & 31));
}

/** Returns a function that maps a character to the states that it can enter. */
function createTransitions(tokens: readonly CharacterToken[], words: number): (code: number) => Int32Array {
  const byLiteral = new Map<number, Int32Array>();
  const byAny = new Int32Array(words);
  const sets: { readonly state: number; readonly matches: (character: string) => boolean }[] = [];
  for (const [index, token] of tokens.entries()) {
    const state = index + 1;
    if (token.kind === "any") addState(byAny, state);
    else if (token.kind === "set") sets.push({ state, matches: token.matches });
    else {
      const code = token.character.codePointAt(0) ?? 0;
      const bits = byLiteral.get(code) ?? new Int32Array(words);
      addState(bits, state);
      byLiteral.set(code, bits);
    }
  }
  return (code) => {
    const bits = byLiteral.get(code)?.slice() ?? new Int32Array(words);
    if (code === slashCode) return bits;
    for (let word = 0; word < words; word += 1) bits[word] = (bits[word] ?? 0) | (byAny[word] ?? 0);
    const character = sets.length > 0 ? String.fromCodePoint(code) : "";
    for (const { state, matches } of sets) if (matches(character)) addState(bits, state);
    return bits;
  };
}

/** Caches the last result: neighboring characters that are not ASCII are often the same. */
function cacheLast(enteredBy: (code: number) => Int32Array): (code: number) => Int32Array {
  let lastCode = -1;
  let lastResult: Int32Array | undefined;
  return (code) => {
    if (lastResult === undefined || lastCode !== code) {
      lastCode = code;
      lastResult = enteredBy(code);
    }
    return lastResult;
  };
}

/** The same as `runMultiWord` for at most 32 states, which most patterns have. */
function runSingleWord(automaton: Automaton, path: Uint32Array): boolean {
  const { last, asciiTable, enteredBy, onlyBelow } = automaton;
  const globstars = automaton.globstars[0] as number;
  const stars = automaton.stars[0] as number;
  const lastBit = 1 << last;
  const end = onlyBelow ? path.length - 1 : path.length;
  let states = automaton.first[0] as number;
  for (let at = 0; at < path.length; at += 1) {
    const code = path[at] as number;
    const entered = (states << 1) & ((code < asciiCodes ? asciiTable[code] : enteredBy(code)[0]) as number);
    states = entered | ((entered & globstars) << 1) | (states & (code === slashCode ? globstars : stars));
    if ((states & lastBit) !== 0 && at < end) return true;
    if (states === 0) return false;
  }
  return false;
}

function runMultiWord(automaton: Automaton, path: Uint32Array): boolean {
  const { words, last, globstars, stars, asciiTable, enteredBy, onlyBelow } = automaton;
  const states = automaton.first.slice();
  const [lastWord, lastBit] = [last >> 5, 1 << (last & 31)];
  const end = onlyBelow ? path.length - 1 : path.length;
  for (let at = 0; at < path.length; at += 1) {
    const code = path[at] as number;
    const allowed = code < asciiCodes ? asciiTable : enteredBy(code);
    const from = code < asciiCodes ? code * words : 0;
    const staying = code === slashCode ? globstars : stars;
    // Bits that are shifted out of a word enter the next one.
    let carry = 0;
    let globstarCarry = 0;
    let active = 0;
    for (let word = 0; word < words; word += 1) {
      const before = states[word] as number;
      const entered = ((before << 1) | carry) & (allowed[from + word] as number);
      const passed = entered & (globstars[word] as number);
      const after = entered | (passed << 1) | globstarCarry | (before & (staying[word] as number));
      carry = before >>> 31;
      globstarCarry = passed >>> 31;
      states[word] = after;
      active |= after;
    }
    if (((states[lastWord] as number) & lastBit) !== 0 && at < end) return true;
    if (active === 0) return false;
  }
  return false;
}
