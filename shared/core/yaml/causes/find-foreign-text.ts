/** Finds text of other tools in YAML or JSON that cannot be parsed: conflicts, placeholders and unusual blanks. */
import { findUnusual, nameOfBlank } from "../../text/unusual-text.ts";
import { contentBefore, type Line, lineAt } from "../text-lines.ts";
import type { SyntaxCause } from "./syntax-cause.ts";

/** The markers of a conflict, in their order. */
const markers = [/^<{7} /gm, /^={7}[ \t]*$/gm, /^>{7}(?: |$)/gm];

/** The cause of an error if the text is a merge with conflicts. */
export function findConflict(text: string): SyntaxCause | undefined {
  const found: number[] = [];
  for (const marker of markers) {
    marker.lastIndex = found.at(-1) ?? 0;
    const next = marker.exec(text);
    if (next === null) return undefined;
    found.push(next.index);
  }
  const problem = "the text has the markers of a merge conflict (<<<<<<<, =======, >>>>>>>)";
  return { offset: found[0] ?? 0, message: `${problem}. Keep one of the two sides, and remove the markers.` };
}

/** A placeholder of Jinja, Helm or another template, but not a binding of Azure ML. */
const placeholder = /(?<!\$)\{\{(?!\{)[^{}\r\n]{1,100}\}\}|\{%[^\r\n]{0,100}?%\}/;

/** The cause of an error at an offset if its line is a part of a template, or that before it is nothing else. */
export function findPlaceholder(text: string, offset: number): SyntaxCause | undefined {
  const line = lineAt(text, offset);
  return placeholderIn(line) ?? placeholderIn(contentBefore(text, line), /^\s*$/);
}

/** A placeholder at the start of a line or of its value, where YAML reads it as a mapping; other text is `rest`. */
function placeholderIn(line: Line | undefined, rest = /^/): SyntaxCause | undefined {
  const found = line === undefined ? null : placeholder.exec(line.text);
  if (line === undefined || found === null) return undefined;
  const before = line.text.slice(0, found.index);
  const isAtStart = /^\s*(?:- +)*(?:(?!- )[^\s:#"'[\]{}][^:"']{0,100}:[ \t]+)?$/.test(before);
  if (!isAtStart || !rest.test(line.text.replace(found[0], ""))) return undefined;
  return { offset: line.start + found.index, message: aboutPlaceholder(found[0]) };
}

/** What to do about a placeholder that YAML reads as a mapping. */
export function aboutPlaceholder(text: string): string {
  const mend = text.startsWith("{%") ? "" : ", or put the whole text in quotes if it is meant as text";
  return `${text} is a placeholder of a template. Send the job as the template renders it${mend}.`;
}

/** The placeholder at an offset, which YAML reads as a mapping whose key is a mapping. */
export function placeholderAt(text: string, offset: number): string | undefined {
  return /^\{\{[^{}\r\n]{1,100}\}\}/.exec(text.slice(Math.max(0, offset), offset + 110))?.[0];
}

/** The cause of an error at an offset if its line, or that before it, has an unusual blank where YAML needs a space. */
export function findUnusualBlank(text: string, offset: number): SyntaxCause | undefined {
  const line = lineAt(text, offset);
  for (const each of [line, contentBefore(text, line)]) {
    const at = each === undefined ? -1 : findUnusual(each.text);
    if (each === undefined || at < 0 || !needsSpace(each.text.slice(0, at))) continue;
    const message = `the line has ${nameOfBlank(each.text.charAt(at))} where a space is needed. Replace it by a space.`;
    return { offset: each.start + at, message };
  }
  return undefined;
}

/** Whether a space is needed after the beginning of a line: in its indentation, before a key, or after a colon. */
function needsSpace(before: string): boolean {
  return !/[#"']/.test(before) && /^[ \t-]*$/.test(before.slice(before.lastIndexOf(":") + 1));
}
