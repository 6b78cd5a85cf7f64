/** What the scanner of YAML carries along; a port of PyYAML's, because what it reads is what the SDK reads. */
import { syntaxError } from "./document-error.ts";

export type TokenKind =
  | "alias"
  | "anchor"
  | "block-end"
  | "block-entry"
  | "block-mapping"
  | "block-sequence"
  | "directive"
  | "document-end"
  | "document-start"
  | "end"
  | "flow-entry"
  | "flow-mapping"
  | "flow-mapping-end"
  | "flow-sequence"
  | "flow-sequence-end"
  | "key"
  | "scalar"
  | "tag"
  | "value";

export interface Token {
  readonly kind: TokenKind;
  /** Offset in the source. */
  readonly start: number;
  readonly end: number;
  /** The name of an anchor or alias, the text of a scalar, the suffix of a tag, the name of a directive. */
  readonly text: string;
  /** Of a scalar: without quotes. */
  readonly plain: boolean;
  /** The handle of a tag (`!`, `!!`, `!e!`), or "" for one that is written in full; the two words of a TAG directive. */
  readonly handle: string;
  readonly prefix: string;
}

/** A token that turns out to be a key when a `:` follows it. */
export interface PossibleKey {
  readonly tokenNumber: number;
  /** In a block, where every entry must be one. */
  readonly required: boolean;
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

export interface ScanState {
  readonly source: string;
  /** Levels of nesting. */
  readonly maxDepth: number;
  index: number;
  line: number;
  lineStart: number;
  readonly tokens: Token[];
  /** How many of `tokens` were taken, in all and since they were last moved up. */
  taken: number;
  head: number;
  done: boolean;
  flowLevel: number;
  indent: number;
  readonly indents: number[];
  allowKey: boolean;
  /** By flow level. */
  readonly possibleKeys: (PossibleKey | undefined)[];
}

export function startScan(source: string, maxDepth: number): ScanState {
  return {
    source,
    maxDepth,
    index: 0,
    line: 0,
    lineStart: 0,
    tokens: [],
    taken: 0,
    head: 0,
    done: false,
    flowLevel: 0,
    indent: -1,
    indents: [],
    allowKey: true,
    possibleKeys: [],
  };
}

/** The character code at an offset from where the scanner stands; 0 behind the end (no source holds a NUL). */
export function peek(scan: ScanState, ahead = 0): number {
  const at = scan.index + ahead;
  return at < scan.source.length ? scan.source.charCodeAt(at) : 0;
}

export function column(scan: ScanState): number {
  return scan.index - scan.lineStart;
}

/** A line break of YAML 1.1, or the end. */
export function isBreakOrEnd(code: number): boolean {
  return code === 10 || code === 13 || code === 0 || code === 0x85 || code === 0x2028 || code === 0x2029;
}

export function isBlankOrEnd(code: number): boolean {
  return code === 32 || code === 9 || isBreakOrEnd(code);
}

/** Letters, digits, `-` and `_`: what names are made of. */
export function isWordCharacter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 45 || code === 95;
}

/** Goes over a line break: what it stands for in a text, or "" when there is none. */
export function scanLineBreak(scan: ScanState): string {
  const code = peek(scan);
  if (code === 0 || !isBreakOrEnd(code)) return "";
  scan.index += code === 13 && peek(scan, 1) === 10 ? 2 : 1;
  scan.line++;
  scan.lineStart = scan.index;
  return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : "\n";
}

export function skipSpaces(scan: ScanState): void {
  while (peek(scan) === 32) scan.index++;
}

/** Goes over a comment, up to its line break. */
export function skipComment(scan: ScanState): void {
  if (peek(scan) !== 35) return;
  while (!isBreakOrEnd(peek(scan))) scan.index++;
}

/** Goes over the rest of a line that may hold a comment only. */
export function skipRestOfLine(scan: ScanState): void {
  skipSpaces(scan);
  skipComment(scan);
  if (!isBreakOrEnd(peek(scan))) syntaxError("only a comment may follow here", scan.index);
  scanLineBreak(scan);
}

/** `---` or `...` at the beginning of a line. */
export function isDocumentMark(scan: ScanState): boolean {
  if (scan.index !== scan.lineStart || !isBlankOrEnd(peek(scan, 3))) return false;
  return scan.source.startsWith("---", scan.index) || scan.source.startsWith("...", scan.index);
}

export function token(kind: TokenKind, start: number, end: number, text = "", plain = false, handle = "", prefix = ""): Token {
  return { kind, start, end, text, plain, handle, prefix };
}
