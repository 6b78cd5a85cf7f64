/** Finds the quotes and brackets that are open at a position of a YAML text that cannot be parsed. */
import { lineStart } from "../text-lines.ts";

/** A quoted text with its quotes; it ends with the source if it is not closed. */
export interface QuotedText {
  readonly start: number;
  readonly end: number;
}

export interface Marks {
  /** The last quoted text that begins before the position. */
  readonly quoted: QuotedText | undefined;
  /** Offsets of the brackets and braces that are open at the position, the innermost last. */
  readonly open: readonly number[];
}

const blanksOrComment = /\s+(?:#[^\r\n]*)?/y;
const quotedText = /"(?:[^"\\]|\\[\s\S])*(?:"|$)|'(?:[^']|'')*(?:'|$)/y;
const bracketOrComma = /[[\]{},]/y;
/** The indicators of YAML, and anchors, aliases and tags. */
const indicator = /[-?:](?=\s|$)|[&*!][^\s,[\]{}]*/y;
const blockHeader = /[|>][-+\d]*[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)/y;
const plainInFlow = /(?:[^\s:,[\]{}]|:(?![\s,[\]{}]|$)|[ \t]+(?![#\s]))+/y;
const plainInBlock = /(?:[^\s:]|:(?!\s|$)|[ \t]+(?![#\s]))+/y;

/** Scans a text from its beginning to a position, before which it must be valid YAML. */
export function scanMarks(text: string, until: number): Marks {
  const open: number[] = [];
  let quoted: QuotedText | undefined;
  let at = /^#[^\r\n]*/.exec(text)?.[0].length ?? 0;
  while (at < until) {
    const isInFlow = open.length > 0;
    const quoteEnd = endOf(quotedText, text, at);
    if (quoteEnd !== undefined) quoted = { start: at, end: quoteEnd };
    else if (/[[{]/.test(text.charAt(at))) open.push(at);
    else if (/[\]}]/.test(text.charAt(at))) open.pop();
    at = quoteEnd ?? (isInFlow ? undefined : endOfBlock(text, at)) ?? endOfToken(text, at, open.length > 0);
  }
  return { quoted, open };
}

/** The end of a token that is neither a quoted text nor a block text. */
function endOfToken(text: string, at: number, isInFlow: boolean): number {
  for (const pattern of [blanksOrComment, bracketOrComma, indicator, isInFlow ? plainInFlow : plainInBlock]) {
    const end = endOf(pattern, text, at);
    if (end !== undefined) return end;
  }
  return at + 1;
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** The end of the block text whose header, `|` or `>`, is at `at`; undefined if there is none. */
function endOfBlock(text: string, at: number): number | undefined {
  const start = endOf(blockHeader, text, at);
  if (start === undefined) return undefined;
  const before = text.slice(lineStart(text, at), at);
  const margin = /^ *(?:- +)*/.exec(before)?.[0] ?? "";
  // The content of an item without a key is indented more than its dash.
  const indentation = margin.length === before.length ? margin.lastIndexOf("-") : margin.length;
  const line = /( *)([^\r\n]*)(?:\r\n|\r|\n|$)/y;
  let end = start;
  while (end < text.length) {
    line.lastIndex = end;
    const [, blanks = "", content = ""] = line.exec(text) ?? [];
    if (content.trim() !== "" && blanks.length <= indentation) break;
    end = line.lastIndex;
  }
  return end;
}
