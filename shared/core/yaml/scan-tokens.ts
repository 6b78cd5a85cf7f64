/** Cuts YAML into tokens. @see yaml/scanner.py of PyYAML, whose order of tests this keeps */
import { syntaxError, tooDeep } from "./document-error.ts";
import { scanAnchor, scanDirective, scanTag } from "./scan-names.ts";
import { scanBlock, scanPlain, scanQuoted } from "./scan-scalars.ts";
import {
  column,
  isBlankOrEnd,
  isDocumentMark,
  peek,
  type ScanState,
  scanLineBreak,
  skipComment,
  skipSpaces,
  type Token,
  type TokenKind,
  token,
} from "./scan-state.ts";

/** A key before a colon is on one line and not longer than this. */
const maxKeyLength = 1024;

/** The token that comes next; it stays where it is. */
export function peekToken(scan: ScanState): Token {
  while (needsMore(scan)) fetchToken(scan);
  return scan.tokens[scan.head] as Token;
}

export function takeToken(scan: ScanState): Token {
  const next = peekToken(scan);
  scan.head++;
  scan.taken++;
  // The queue is short, but a document is long.
  if (scan.head === scan.tokens.length) {
    scan.tokens.length = 0;
    scan.head = 0;
  }
  return next;
}

/** Nothing is known of a token that may turn out to be a key until what follows it was seen. */
function needsMore(scan: ScanState): boolean {
  if (scan.done) return false;
  if (scan.head === scan.tokens.length) return true;
  dropStaleKeys(scan);
  return scan.possibleKeys.some((key) => key?.tokenNumber === scan.taken);
}

function dropStaleKeys(scan: ScanState): void {
  for (let level = 0; level < scan.possibleKeys.length; level++) {
    const key = scan.possibleKeys[level];
    if (key !== undefined && (key.line !== scan.line || scan.index - key.index > maxKeyLength)) dropKey(scan, level, key);
  }
}

function dropKey(scan: ScanState, level: number, key: { readonly required: boolean; readonly index: number } | undefined): void {
  if (key?.required === true) syntaxError('a ":" is missing: each line here is a key and its value', key.index);
  scan.possibleKeys[level] = undefined;
}

/** What is scanned next may be a key. */
function saveKey(scan: ScanState): void {
  if (!scan.allowKey) return;
  const level = scan.flowLevel;
  dropKey(scan, level, scan.possibleKeys[level]);
  const at = column(scan);
  scan.possibleKeys[level] = {
    tokenNumber: scan.taken + scan.tokens.length - scan.head,
    required: level === 0 && scan.indent === at,
    index: scan.index,
    line: scan.line,
    column: at,
  };
}

function removeKey(scan: ScanState): void {
  dropKey(scan, scan.flowLevel, scan.possibleKeys[scan.flowLevel]);
}

function add(scan: ScanState, kind: TokenKind, length = 0): void {
  scan.tokens.push(token(kind, scan.index, scan.index + length));
  scan.index += length;
}

function unwindIndent(scan: ScanState, to: number): void {
  if (scan.flowLevel > 0) return;
  while (scan.indent > to) {
    scan.indent = scan.indents.pop() ?? -1;
    add(scan, "block-end");
  }
}

/** Whether a block begins at this column. */
function addIndent(scan: ScanState, to: number): boolean {
  if (scan.indent >= to) return false;
  scan.indents.push(scan.indent);
  scan.indent = to;
  checkDepth(scan);
  return true;
}

function checkDepth(scan: ScanState): void {
  if (scan.flowLevel + scan.indents.length > scan.maxDepth) throw tooDeep(scan.maxDepth, scan.index);
}

function skipToToken(scan: ScanState): void {
  if (scan.index === 0 && peek(scan) === 0xfeff) {
    scan.index++;
    scan.lineStart++;
  }
  for (;;) {
    skipSpaces(scan);
    skipComment(scan);
    if (scanLineBreak(scan) === "") return;
    if (scan.flowLevel === 0) scan.allowKey = true;
  }
}

function fetchToken(scan: ScanState): void {
  skipToToken(scan);
  dropStaleKeys(scan);
  unwindIndent(scan, column(scan));
  const code = peek(scan);
  if (code === 0) fetchEnd(scan);
  else if (code === 37 && scan.index === scan.lineStart) {
    leaveBlocks(scan);
    scan.tokens.push(scanDirective(scan));
  } else if (isDocumentMark(scan)) {
    leaveBlocks(scan);
    add(scan, code === 45 ? "document-start" : "document-end", 3);
  } else if (indicators[code]?.(scan) !== true) fetchPlain(scan, code);
}

function fetchPlain(scan: ScanState, code: number): void {
  if (!isPlainStart(scan, code)) {
    const what =
      code === 9
        ? "a tab stands where only blanks may (indent with blanks)"
        : `a text cannot begin with ${JSON.stringify(String.fromCharCode(code))} (quote it)`;
    syntaxError(what, scan.index);
  }
  fetchScalar(scan, scanPlain);
}

function fetchEnd(scan: ScanState): void {
  leaveBlocks(scan);
  add(scan, "end");
  scan.possibleKeys.length = 0;
  scan.done = true;
}

function leaveBlocks(scan: ScanState): void {
  unwindIndent(scan, -1);
  removeKey(scan);
  scan.allowKey = false;
}

/** What characters begin; false when the character begins a plain text after all. */
const indicators: Readonly<Record<number, (scan: ScanState) => boolean>> = {
  // [ and {
  91: (scan) => fetchFlowStart(scan, "flow-sequence"),
  123: (scan) => fetchFlowStart(scan, "flow-mapping"),
  // ] and }
  93: (scan) => fetchFlowEnd(scan, "flow-sequence-end"),
  125: (scan) => fetchFlowEnd(scan, "flow-mapping-end"),
  // ,
  44: (scan) => {
    scan.allowKey = true;
    removeKey(scan);
    add(scan, "flow-entry", 1);
    return true;
  },
  // -
  45: (scan) => isBlankOrEnd(peek(scan, 1)) && fetchEntry(scan),
  // ?
  63: (scan) => (scan.flowLevel > 0 || isBlankOrEnd(peek(scan, 1))) && fetchKey(scan),
  // :
  58: (scan) => (scan.flowLevel > 0 || isBlankOrEnd(peek(scan, 1))) && fetchValue(scan),
  // * and &
  42: (scan) => fetchScalar(scan, scanAnchor),
  38: (scan) => fetchScalar(scan, scanAnchor),
  // !
  33: (scan) => fetchScalar(scan, scanTag),
  // | and >
  124: (scan) => scan.flowLevel === 0 && fetchBlock(scan),
  62: (scan) => scan.flowLevel === 0 && fetchBlock(scan),
  // ' and "
  39: (scan) => fetchScalar(scan, scanQuoted),
  34: (scan) => fetchScalar(scan, scanQuoted),
};

const indicatorCodes = new Set(Array.from("-?:,[]{}#&*!|>'\"%@`", (char) => char.charCodeAt(0)));

function isPlainStart(scan: ScanState, code: number): boolean {
  if (!isBlankOrEnd(code) && !indicatorCodes.has(code)) return true;
  return !isBlankOrEnd(peek(scan, 1)) && (code === 45 || (scan.flowLevel === 0 && (code === 63 || code === 58)));
}

function fetchScalar(scan: ScanState, read: (scan: ScanState) => Token): boolean {
  saveKey(scan);
  scan.allowKey = false;
  scan.tokens.push(read(scan));
  return true;
}

function fetchBlock(scan: ScanState): boolean {
  scan.allowKey = true;
  removeKey(scan);
  scan.tokens.push(scanBlock(scan));
  return true;
}

function fetchFlowStart(scan: ScanState, kind: TokenKind): boolean {
  saveKey(scan);
  scan.flowLevel++;
  checkDepth(scan);
  scan.allowKey = true;
  add(scan, kind, 1);
  return true;
}

function fetchFlowEnd(scan: ScanState, kind: TokenKind): boolean {
  removeKey(scan);
  if (scan.flowLevel === 0) syntaxError(`${kind === "flow-mapping-end" ? "}" : "]"} closes nothing`, scan.index);
  scan.flowLevel--;
  scan.allowKey = false;
  add(scan, kind, 1);
  return true;
}

function fetchEntry(scan: ScanState): boolean {
  if (scan.flowLevel === 0) {
    if (!scan.allowKey) syntaxError('a list item ("- ") cannot stand here; put it on a line of its own', scan.index);
    if (addIndent(scan, column(scan))) add(scan, "block-sequence");
  }
  scan.allowKey = true;
  removeKey(scan);
  add(scan, "block-entry", 1);
  return true;
}

function fetchKey(scan: ScanState): boolean {
  if (scan.flowLevel === 0) {
    if (!scan.allowKey) syntaxError('a key ("? ") cannot stand here', scan.index);
    if (addIndent(scan, column(scan))) add(scan, "block-mapping");
  }
  scan.allowKey = scan.flowLevel === 0;
  removeKey(scan);
  add(scan, "key", 1);
  return true;
}

function fetchValue(scan: ScanState): boolean {
  const key = scan.possibleKeys[scan.flowLevel];
  if (key !== undefined) {
    scan.possibleKeys[scan.flowLevel] = undefined;
    const at = scan.head + key.tokenNumber - scan.taken;
    scan.tokens.splice(at, 0, token("key", key.index, key.index));
    if (scan.flowLevel === 0 && addIndent(scan, key.column)) scan.tokens.splice(at, 0, token("block-mapping", key.index, key.index));
    scan.allowKey = false;
  } else {
    if (scan.flowLevel === 0) {
      if (!scan.allowKey) syntaxError('a second ": " stands on one line; quote the text, or put what follows on the next line', scan.index);
      if (addIndent(scan, column(scan))) add(scan, "block-mapping");
    }
    scan.allowKey = scan.flowLevel === 0;
    removeKey(scan);
  }
  add(scan, "value", 1);
  return true;
}
