export interface Position {
  /** Both count from 1; columns in UTF-16 units, as editors do. */
  readonly line: number;
  readonly column: number;
}

/** Returns a function that converts an offset in `text` to its position. Lines are counted on its first call. */
export function lineAndColumn(text: string): (offset: number) => Position {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= [0, ...Array.from(text.matchAll(/\r\n|\r|\n/g), (match) => match.index + match[0].length)];
    let line = 1;
    // Binary search, because there may be as many issues as lines.
    for (let after = starts.length; line < after; ) {
      const middle = (line + after + 1) >> 1;
      if ((starts[middle - 1] ?? 0) <= offset) line = middle;
      else after = middle - 1;
    }
    return { line, column: offset - (starts[line - 1] ?? 0) + 1 };
  };
}
