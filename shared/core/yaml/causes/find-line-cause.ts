/** Finds the mistake in a line of a YAML text that cannot be parsed, outside quotes and brackets. */

import { contentBefore, indentationOf, isKeyLine, type Line, lineAt } from "../text-lines.ts";
import type { SyntaxCause } from "./syntax-cause.ts";

/** A line with the place where the parser stopped. */
interface Stop {
  readonly text: string;
  readonly reason: string;
  readonly offset: number;
  readonly line: Line;
  readonly before: Line | undefined;
}

/** The cause of an error that the parser found at `offset`, with its reason; undefined if it is not known. */
export function findLineCause(text: string, reason: string, offset: number): SyntaxCause | undefined {
  const line = lineAt(text, offset);
  const stop: Stop = { text, reason, offset, line, before: contentBefore(text, line) };
  return (
    findByReason(stop) ??
    findMissingColon(stop) ??
    findOpeningCharacter(stop) ??
    findIndentation(stop) ??
    findColonInText(stop)
  );
}

function findByReason({ reason, offset }: Stop): SyntaxCause | undefined {
  if (reason.startsWith("tab characters"))
    return { offset, message: "a line is indented with a tab. Indent with blanks only." };
  if (reason === "a line break is expected")
    return { offset, message: "a text follows | or > in the same line. Begin it in the next line, indented." };
  return undefined;
}

/** Reasons of the parser for lines that are neither a field nor part of one. */
const notAField = /^(?:end of the stream or|can not read a block mapping entry|expected ':' after)/;
const keyWithoutBlank = /^ *(?:- +)*([A-Za-z_$][\w.-]{0,60}):(?=[^\s/])/;

function findMissingColon({ text, reason, offset, line, before }: Stop): SyntaxCause | undefined {
  if (!notAField.test(reason)) return undefined;
  const isOnlyKey = isKeyLine(line.text) || line.text.trim() === "";
  // The text without a colon may have several lines; its first one lacks the colon.
  let first = isOnlyKey ? before : line;
  for (let above = first && contentBefore(text, first); first !== undefined && above !== undefined; ) {
    if (isKeyLine(above.text) || indentationOf(first.text) <= indentationOf(above.text)) break;
    first = above;
    above = contentBefore(text, first);
  }
  if (first === undefined) return undefined;
  const [start = "", key] = keyWithoutBlank.exec(first.text) ?? [];
  if (key !== undefined) {
    const message = `a blank is missing after "${key}:". Write "${key}: " before the value.`;
    return { offset: first.start + start.length, message };
  }
  if (isKeyLine(first.text) || /^ *-(?: |$)/.test(first.text) || /^ *-(?: |$)/.test(line.text)) {
    const message = "a list and fields have the same indentation. Put a key before the list, or indent the fields.";
    return { offset, message };
  }
  const message = 'the line is neither a field nor a list item. Write "key: value", or indent a continued text.';
  return { offset: first.start + indentationOf(first.text), message };
}

/** A key and its value in one line. */
const field = /^( *(?:- +)*)(?!- )([^\s:#"'[\]{}][^:\r\n]{0,100}):[ \t]+(\S.*)$/;

function findOpeningCharacter({ text, offset, line }: Stop): SyntaxCause | undefined {
  const char = text.charAt(offset);
  if (/[@`%]/.test(char)) return { offset, message: `a text must not begin with ${char} unless it is quoted.` };
  const value = field.exec(line.text)?.[3] ?? "";
  const start = line.start + line.text.length - value.length;
  if (/^[-?] /.test(value) && start === offset) {
    const mark = value.slice(0, 2);
    const message = `a text must not begin with "${mark}" unless it is quoted. Begin a list in the next line.`;
    return { offset, message };
  }
  if (/[\]}]/.test(char)) return { offset, message: `the ${char} closes nothing. Remove it, or quote the text.` };
  if (/^[[{]/.test(value) && start < offset) {
    const message = `a text must not begin with ${value.charAt(0)} unless it is quoted. Quote the whole text.`;
    return { offset: start, message };
  }
  return undefined;
}

function findIndentation({ text, offset, line, before }: Stop): SyntaxCause | undefined {
  const indentation = indentationOf(line.text);
  const isAtStart = /^ *(?:- +)*$/.test(line.text.slice(0, offset - line.start));
  const isBelow = before !== undefined && indentationOf(before.text) < indentation;
  const isKey = /^[^:]*$/.test(text.slice(line.start, offset)) && text.charAt(offset) === ":";
  if (isKey && isBelow) {
    const message = "the line continues the text above it, because it is indented more. Indent it as the field above";
    return { offset, message: `${message}, or quote the text if it contains a colon.` };
  }
  if (!isAtStart) return undefined;
  return { offset, message: `the indentation of ${indentation} blanks is not that of any line above in its place.` };
}

function findColonInText({ offset, line, text }: Stop): SyntaxCause | undefined {
  if (text.charAt(offset) !== ":") return undefined;
  const [, , key = "", value = ""] = field.exec(line.text) ?? [];
  const reference = /^azureml:[ \t]+([\w./@:-]{1,200})[ \t]*$/.exec(value)?.[1];
  if (reference !== undefined)
    return { offset, message: `a reference must not contain blanks. Write azureml:${reference}.` };
  if (/^[\u00ab\u2018-\u201f]/.test(value)) {
    const message = "typographic quotes do not quote a text. Put the whole text in straight quotes.";
    return { offset: line.start + line.text.length - value.length, message };
  }
  const place = key === "" ? "the text" : `the text of ${key}`;
  const message = `${place} contains a colon that is followed by a blank. Put the whole text in quotes.`;
  return { offset, message };
}
