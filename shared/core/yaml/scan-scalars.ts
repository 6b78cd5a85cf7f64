/** Texts of YAML: plain, quoted, and blocks of lines. @see scan_plain, scan_flow_scalar and scan_block_scalar of PyYAML */
import { syntaxError } from "./document-error.ts";
import { column, isBlankOrEnd, isBreakOrEnd, isDocumentMark, peek, type ScanState, scanLineBreak, skipRestOfLine, type Token, token } from "./scan-state.ts";

/** `,` `[` `]` `{` `}` */
function isFlowIndicator(code: number): boolean {
  return code === 44 || code === 91 || code === 93 || code === 123 || code === 125;
}

/** Where a run of plain text ends. */
function plainEnd(scan: ScanState): number {
  const { source, flowLevel } = scan;
  for (let index = scan.index; index < source.length; index++) {
    const code = source.charCodeAt(index);
    if (isBlankOrEnd(code)) return index;
    if (flowLevel > 0 && (code === 63 || isFlowIndicator(code))) return index;
    if (code !== 58) continue;
    const next = index + 1 < source.length ? source.charCodeAt(index + 1) : 0;
    if (isBlankOrEnd(next) || (flowLevel > 0 && isFlowIndicator(next))) return index;
  }
  return source.length;
}

export function scanPlain(scan: ScanState): Token {
  const start = scan.index;
  const indent = scan.indent + 1;
  let text = "";
  let spaces = "";
  let end = start;
  while (peek(scan) !== 35) {
    end = plainEnd(scan);
    if (end === scan.index) break;
    scan.allowKey = false;
    text += spaces + scan.source.slice(scan.index, end);
    scan.index = end;
    spaces = scanPlainSpaces(scan);
    if (spaces === "" || (scan.flowLevel === 0 && column(scan) < indent)) break;
  }
  return token("scalar", start, end, text, true);
}

/** The blanks and line breaks between two runs of plain text, as they count in the text. */
function scanPlainSpaces(scan: ScanState): string {
  const start = scan.index;
  while (peek(scan) === 32) scan.index++;
  const spaces = scan.source.slice(start, scan.index);
  const first = scanLineBreak(scan);
  if (first === "") return spaces;
  scan.allowKey = true;
  let breaks = "";
  while (!isDocumentMark(scan)) {
    const blank = peek(scan) === 32;
    const next = blank ? "" : scanLineBreak(scan);
    if (blank) scan.index++;
    else if (next === "") return folded(first, breaks);
    breaks += next;
  }
  return "";
}

/** One line break is a blank, and of several the first goes away. */
function folded(first: string, others: string): string {
  if (first !== "\n") return first + others;
  return others === "" ? " " : others;
}

const escapes: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  " ": " ",
  '"': '"',
  "\\": "\\",
  "/": "/",
  N: "\u0085",
  _: "\u00a0",
  L: "\u2028",
  P: "\u2029",
};
const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

export function scanQuoted(scan: ScanState): Token {
  const start = scan.index;
  const quote = peek(scan);
  scan.index++;
  let text = scanQuotedText(scan, quote);
  while (peek(scan) !== quote) text += scanQuotedSpaces(scan, start) + scanQuotedText(scan, quote);
  scan.index++;
  return token("scalar", start, scan.index, text);
}

/** Text up to a blank, a line break or the closing quote. */
function scanQuotedText(scan: ScanState, quote: number): string {
  const { source } = scan;
  let text = "";
  for (;;) {
    const start = scan.index;
    let code = peek(scan);
    while (code !== quote && code !== 92 && !isBlankOrEnd(code)) {
      scan.index++;
      code = peek(scan);
    }
    text += source.slice(start, scan.index);
    if (code === 39 && quote === 39 && peek(scan, 1) === 39) {
      text += "'";
      scan.index += 2;
    } else if (code === 92 && quote === 39) {
      text += "\\";
      scan.index++;
    } else if (code === 92) text += scanEscape(scan);
    else return text;
  }
}

function scanEscape(scan: ScanState): string {
  const start = scan.index;
  scan.index++;
  const code = peek(scan);
  if (isBreakOrEnd(code)) {
    scanLineBreak(scan);
    return scanQuotedBreaks(scan, start);
  }
  const char = String.fromCharCode(code);
  scan.index++;
  const short = escapes[char];
  if (short !== undefined) return short;
  const length = hexDigits[char];
  if (length === undefined) return syntaxError(`\\${char} is no escape; write \\\\ for a backslash, or use single quotes`, start);
  const digits = scan.source.slice(scan.index, scan.index + length);
  const value = digits.length === length && /^[0-9A-Fa-f]+$/.test(digits) ? Number.parseInt(digits, 16) : Number.POSITIVE_INFINITY;
  if (value > 0x10ffff) return syntaxError(`\\${char} takes ${length} hexadecimal digits of a character`, start);
  scan.index += length;
  return String.fromCodePoint(value);
}

function scanQuotedSpaces(scan: ScanState, start: number): string {
  const from = scan.index;
  while (peek(scan) === 32 || peek(scan) === 9) scan.index++;
  const spaces = scan.source.slice(from, scan.index);
  if (peek(scan) === 0) syntaxError("a quote is not closed", start);
  const first = scanLineBreak(scan);
  return first === "" ? spaces : folded(first, scanQuotedBreaks(scan, start));
}

/** Empty lines within quotes. */
function scanQuotedBreaks(scan: ScanState, start: number): string {
  let breaks = "";
  for (;;) {
    if (isDocumentMark(scan)) syntaxError("a quote is not closed before the document ends", start);
    while (peek(scan) === 32 || peek(scan) === 9) scan.index++;
    const next = scanLineBreak(scan);
    if (next === "") return breaks;
    breaks += next;
  }
}

export function scanBlock(scan: ScanState): Token {
  const start = scan.index;
  const isFolded = peek(scan) === 62;
  scan.index++;
  const { keep, increment } = scanBlockHeader(scan);
  skipRestOfLine(scan);
  const least = Math.max(scan.indent + 1, 1);
  const first = increment === undefined ? scanBlockIndent(scan, least) : { indent: least + increment - 1, breaks: "" };
  const { indent } = first;
  let breaks = first.breaks + scanBlockBreaks(scan, indent);
  let text = "";
  let lineBreak = "";
  while (column(scan) === indent && peek(scan) !== 0) {
    const startsWithText = !isSpaceOrTab(peek(scan));
    const from = scan.index;
    while (!isBreakOrEnd(peek(scan))) scan.index++;
    text += breaks + scan.source.slice(from, scan.index);
    lineBreak = scanLineBreak(scan);
    breaks = scanBlockBreaks(scan, indent);
    if (column(scan) !== indent || peek(scan) === 0) break;
    const joins = isFolded && lineBreak === "\n" && startsWithText && !isSpaceOrTab(peek(scan));
    if (!joins) text += lineBreak;
    else if (breaks === "") text += " ";
  }
  const ending = keep === undefined ? lineBreak : keep ? lineBreak + breaks : "";
  return token("scalar", start, scan.index, text + ending);
}

function isSpaceOrTab(code: number): boolean {
  return code === 32 || code === 9;
}

/** `+` keeps the line breaks at the end and `-` drops them; a digit is the indentation. */
function scanBlockHeader(scan: ScanState): { keep: boolean | undefined; increment: number | undefined } {
  let keep: boolean | undefined;
  let increment: number | undefined;
  for (;;) {
    const code = peek(scan);
    if (keep === undefined && (code === 43 || code === 45)) keep = code === 43;
    else if (increment === undefined && code >= 48 && code <= 57) increment = code - 48;
    else break;
    scan.index++;
  }
  if (increment === 0) syntaxError("the indentation of a block of text is 1 to 9", scan.index);
  if (peek(scan) !== 32 && !isBreakOrEnd(peek(scan))) syntaxError("after | or > there may be + or -, a digit from 1 to 9, and a comment", scan.index);
  return { keep, increment };
}

/** The indentation of a block is that of its first line of text. */
function scanBlockIndent(scan: ScanState, least: number): { indent: number; breaks: string } {
  let breaks = "";
  let indent = least;
  for (;;) {
    while (peek(scan) === 32) scan.index++;
    indent = Math.max(indent, column(scan));
    const next = scanLineBreak(scan);
    if (next === "") return { indent, breaks };
    breaks += next;
  }
}

/** Empty lines, and the indentation of the line after them. */
function scanBlockBreaks(scan: ScanState, indent: number): string {
  let breaks = "";
  for (;;) {
    while (column(scan) < indent && peek(scan) === 32) scan.index++;
    const next = scanLineBreak(scan);
    if (next === "") return breaks;
    breaks += next;
  }
}
