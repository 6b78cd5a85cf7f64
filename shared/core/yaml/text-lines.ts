/** Lines of a text, which end with LF, CR or both. */

export interface Line {
  /** Offset of its first character. */
  readonly start: number;
  readonly text: string;
}

/** The offset of the beginning of the line that contains an offset. */
export function lineStart(text: string, offset: number): number {
  // `lastIndexOf` searches position 0 if it is given -1, so it would find a line break at the beginning of the text.
  if (offset === 0) return 0;
  return Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
}

/** The line that contains an offset. */
export function lineAt(text: string, offset: number): Line {
  const start = lineStart(text, offset);
  return { start, text: /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? "" };
}

/** The last line before a line that has content other than a comment; undefined if there is none. */
export function contentBefore(text: string, line: Line): Line | undefined {
  for (let { start } = line; start > 0; ) {
    const isCrLf = text.startsWith("\r\n", start - 2);
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
