/** Finds the mistake in a YAML text that cannot be parsed, which is often before the place where the parser stops. */

import { indentationOf, isKeyLine, lineAt } from "../text-lines.ts";
import { findConflict, findPlaceholder, findUnusualBlank } from "./find-foreign-text.ts";
import { findLineCause } from "./find-line-cause.ts";
import { type QuotedText, scanMarks } from "./scan-marks.ts";
import type { SyntaxCause } from "./syntax-cause.ts";

/** The cause of an error that the parser found at `offset`, with its reason; undefined if it is not known. */
export function findSyntaxCause(text: string, reason: string, offset: number): SyntaxCause | undefined {
  const foreign = findConflict(text) ?? findPlaceholder(text, offset) ?? findUnusualBlank(text, offset);
  if (foreign !== undefined) return foreign;
  const { quoted, open } = scanMarks(text, offset);
  const escapeCause = findEscapeCause(reason, offset);
  if (escapeCause !== undefined) return escapeCause;
  if (quoted !== undefined && isNotClosed(text, quoted, offset)) return notClosed(text, quoted.start);
  const innermost = open.at(-1);
  if (innermost !== undefined) return findFlowCause(text, offset, open, innermost);
  const isAfterQuote = quoted !== undefined && /^[ \t]*$/.test(text.slice(quoted.end, offset));
  if (isAfterQuote) return textAfterQuote(text, quoted.start, offset);
  return findLineCause(text, reason, offset);
}

function findEscapeCause(reason: string, offset: number): SyntaxCause | undefined {
  if (reason !== "unknown escape sequence" && reason !== "expected hexadecimal character") return undefined;
  const message = "a backslash in double quotes begins an escape sequence. Write \\\\, or use single quotes.";
  return { offset, message };
}

/** Whether a quote ends with the source, or only at the opening quote of a later line. */
function isNotClosed(text: string, { start, end }: QuotedText, offset: number): boolean {
  if (offset > end) return false;
  const content = text.slice(start + 1, end);
  const isClosed = content !== "" && text[end - 1] === text[start] && end < text.length;
  if (!isClosed) return true;
  return content.split(/\r\n|\r|\n/).some((line, index) => index > 0 && isKeyLine(line));
}

function notClosed(text: string, start: number): SyntaxCause {
  const name = { '"': "double quote", "'": "single quote" }[text.charAt(start)] ?? text.charAt(start);
  return { offset: start, message: `the ${name} that opens here is not closed. Close it, or remove it.` };
}

function textAfterQuote(text: string, start: number, offset: number): SyntaxCause {
  const mend =
    text[start] === "'"
      ? "Write an apostrophe in single quotes twice, e.g. 'it''s'"
      : 'Write a double quote in double quotes as \\"';
  return { offset, message: `a text follows the closing quote. ${mend}, or quote the whole text.` };
}

/** The cause of an error within brackets or braces, whose offsets are `open`. */
function findFlowCause(text: string, offset: number, open: readonly number[], innermost: number): SyntaxCause {
  const binding = text.startsWith("${{", offset - 1)
    ? /^\$\{\{[^{}\r\n]{0,100}\}\}/.exec(text.slice(offset - 1))
    : null;
  if (binding !== null) {
    const message = `a text with ${binding[0]} must be quoted in braces and brackets, e.g. '${binding[0]}'.`;
    return { offset, message };
  }
  const char = text.charAt(offset);
  const isMismatch = char === (text[innermost] === "[" ? "}" : "]");
  if (isMismatch || offset >= text.trimEnd().length) return notClosed(text, innermost);
  const unclosed = open.findLast((start) => hasFieldAfter(text, start, offset));
  if (unclosed !== undefined) return notClosed(text, unclosed);
  if (/[@`%]/.test(char)) return { offset, message: `a text must not begin with ${char} unless it is quoted.` };
  const advice = 'Separate entries by commas, and quote a text that contains ": ", a comma, a bracket or a brace.';
  return { offset, message: `a comma is missing, or a text is not quoted. ${advice}` };
}

/** Whether a field, indented no more than the line of a bracket, follows the bracket. */
function hasFieldAfter(text: string, start: number, offset: number): boolean {
  const indentation = indentationOf(lineAt(text, start).text);
  const { text: line, start: lineStart } = lineAt(text, offset);
  const lines = text
    .slice(start, lineStart)
    .split(/\r\n|\r|\n/)
    .slice(1);
  return [...lines, ...(lineStart > start ? [line] : [])].some(
    (line) => isKeyLine(line) && indentationOf(line) <= indentation,
  );
}
