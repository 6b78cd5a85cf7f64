/** Lines of a text, which end with LF, CR or both. */

export interface Line {
  /** Offset of its first character. */
  readonly start: number;
  readonly text: string;
}

/** The offset of the first character of the line that contains an offset. */
export function lineStart(text: string, offset: number): number {
  // `lastIndexOf` reads a negative position as 0, at which there may be a line break.
  return offset <= 0 ? 0 : Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
}

/** The line that contains an offset. */
export function lineAt(text: string, offset: number): Line {
  const start = lineStart(text, offset);
  return { start, text: /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? "" };
}

/** The last line before a line that has content other than a comment; undefined if there is none. */
export function contentBefore(text: string, line: Line): Line | undefined {
  for (let { start } = line; start > 0; ) {
    const isCrLf = text.slice(0, start).endsWith("\r\n");
    const before = lineAt(text, start - (isCrLf ? 2 : 1));
    if (/^[ \t]*[^ \t#]/.test(before.text)) return before;
    start = before.start;
  }
  return undefined;
}

/** Number of blanks at the beginning of a line. */
export function indentationOf(line: string): number {
  return line.length - line.replace(/^ +/, "").length;
}

/** Whether a line begins with a key and a colon. */
export function isKeyLine(line: string): boolean {
  return /^ *(?:- +)*[\w$.-]+:(?:\s|$)/.test(line);
}
