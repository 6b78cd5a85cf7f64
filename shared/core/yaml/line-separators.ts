/**
 * PyYAML also ends lines at the characters NEL, LS and PS, which js-yaml reads as characters of a text. Texts that
 * contain them are parsed with LF in their places, and the values of their scalars are read here: NEL is a line break
 * as LF is; LS and PS are line breaks that are kept.
 */
import { CHOMPING_MODE, getScalarValue, SCALAR_STYLE, type ScalarEvent } from "js-yaml";

const separator = /[\u0085\u2028\u2029]/;
// With a CR before a separator, so that the two do not become one line break.
const separators = /[\u0085\u2028\u2029]|\r(?=[\u0085\u2028\u2029])/g;
const lineBreaks = /(\r\n|[\r\n\u0085\u2028\u2029])/;

/** The text with LF in place of its separators; the same text if it has none. */
export function withoutSeparators(text: string): string {
  return text.replaceAll(separators, "\n");
}

/** The value of a scalar whose source contains separators; undefined if it contains none. */
export function separatedText(source: string, event: ScalarEvent): string | undefined {
  const content = event.valueStart < 0 ? "" : source.slice(event.valueStart, event.valueEnd);
  if (!separator.test(content)) return undefined;
  const lines = linesOf(content);
  if (event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK)
    return blockText(lines, event);
  if (event.style === SCALAR_STYLE.PLAIN) return foldedText(lines);
  if (event.style === SCALAR_STYLE.SINGLE_QUOTED) return foldedText(lines).replaceAll("''", "'");
  // The remaining escape sequences are read by js-yaml, as is the form of the line breaks as escape sequences.
  const escaped = foldedText(lines, { "\n": "\\n", "\u2028": "\\L", "\u2029": "\\P" });
  return getScalarValue(escaped, { ...event, valueStart: 0, valueEnd: escaped.length, fast: false });
}

interface TextLine {
  readonly text: string;
  /** LF, LS or PS; empty for the last line. */
  readonly end: string;
}

function linesOf(content: string): readonly TextLine[] {
  const parts = content.split(lineBreaks);
  const lines: TextLine[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const end = parts[index + 1] ?? "";
    lines.push({ text: parts[index] ?? "", end: end === "" || end === "\u2028" || end === "\u2029" ? end : "\n" });
  }
  return lines;
}

/** The lines of a plain or quoted text, folded. With `escapes`, it is in double quotes. @see scan_flow_scalar_spaces */
function foldedText(lines: readonly TextLine[], escapes?: Readonly<Record<string, string>>): string {
  let folded = "";
  let breaks: string[] = [];
  let isEscaped = false;
  for (const [index, { text, end }] of lines.entries()) {
    const isLast = index === lines.length - 1;
    const started = index === 0 ? text : text.replace(/^[ \t]+/, "");
    if (started === "" && index > 0 && !isLast) {
      breaks.push(end);
      continue;
    }
    if (index > 0) folded += breakText(breaks, isEscaped, escapes);
    isEscaped = !isLast && escapes !== undefined && endsWithEscape(started);
    folded += isLast ? started : isEscaped ? started.slice(0, -1) : withoutBlanksAtEnd(started, escapes !== undefined);
    breaks = [end];
  }
  return folded;
}

/** The text of successive line breaks, of which the first may be escaped. */
function breakText(
  [first = "", ...others]: readonly string[],
  isEscaped: boolean,
  escapes: Readonly<Record<string, string>> = {},
): string {
  const isKept = !isEscaped && first !== "\n";
  const kept = isKept ? [first, ...others] : others;
  return kept.length === 0 && !isEscaped ? " " : kept.map((each) => escapes[each] ?? each).join("");
}

/** Whether a text ends with a backslash that is not itself escaped. */
function endsWithEscape(text: string): boolean {
  let count = 0;
  while (text.at(-1 - count) === "\\") count++;
  return count % 2 === 1;
}

function withoutBlanksAtEnd(text: string, hasEscapes: boolean): string {
  let end = text.length;
  while (end > 0 && /[ \t]/.test(text.charAt(end - 1))) end--;
  // An escaped blank is not one of them.
  return text.slice(0, hasEscapes && endsWithEscape(text.slice(0, end)) ? end + 1 : end);
}

/** @see scan_block_scalar */
function blockText(lines: readonly TextLine[], { style, indent, chomping }: ScalarEvent): string {
  const isFolded = style === SCALAR_STYLE.FOLDED_BLOCK;
  let text = "";
  let lastEnd = "";
  let wasFoldable = false;
  let breaks = "";
  for (const line of lines) {
    if (indent < 0 || line.text.length <= indent) {
      breaks += line.end;
      continue;
    }
    const content = line.text.slice(indent);
    const isFoldable = isFolded && !/^[ \t]/.test(content);
    const isJoined = wasFoldable && isFoldable && lastEnd === "\n";
    text += isJoined ? (breaks === "" ? " " : breaks) : lastEnd + breaks;
    text += content;
    lastEnd = line.end;
    wasFoldable = isFoldable;
    breaks = "";
  }
  if (chomping === CHOMPING_MODE.STRIP) return text;
  return chomping === CHOMPING_MODE.KEEP ? text + lastEnd + breaks : text + lastEnd;
}
