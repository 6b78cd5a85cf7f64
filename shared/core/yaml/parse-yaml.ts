/** The parser events of a YAML text, including indentation that PyYAML accepts and js-yaml rejects. */
import { type Event, parseEvents, YAMLException } from "js-yaml";
import { lineStart } from "./text-lines.ts";

export interface ParsedYaml {
  readonly events: readonly Event[];
  /** The text that the offsets of the events refer to: the source, with some lines indented. */
  readonly text: string;
  /** Converts an offset in that text to one in the source. */
  readonly sourceOffset: (offset: number) => number;
}

/** Each added indentation requires another parse, so its limit depends on the size: 8 in 256 KiB, 200 in 10 KiB. */
const maxCharactersParsed = 2 * 1024 * 1024;
const maxIndentedLines = 200;

/**
 * Parses as js-yaml does, but also accepts closing brackets, and continuations of lists and quoted texts, without
 * indentation, e.g. `tags: {\n  a: b\n}`, which is common and which PyYAML accepts. Such a line is indented, which
 * changes no value, and the text is parsed again.
 * @throws YAMLException with offsets in the source.
 */
export function parseYaml(source: string, maxDepth: number): ParsedYaml {
  let text = source;
  /** Offsets in the current text at which blanks were inserted, and their numbers. */
  const added: { readonly at: number; readonly count: number }[] = [];
  const sourceOffset = (offset: number): number =>
    offset - added.reduce((sum, { at, count }) => sum + Math.max(0, Math.min(count, offset - at)), 0);
  for (;;) {
    try {
      return { events: parseEvents(text, { maxDepth }), text, sourceOffset };
    } catch (error) {
      if (!(error instanceof YAMLException) || error.mark === undefined) throw error;
      const { reason, mark } = error;
      const at = lineStart(text, mark.position);
      const isLimitReached = added.length >= Math.min(maxIndentedLines, maxCharactersParsed / source.length);
      if (reason !== "deficient indentation" || isLimitReached || mustNotIndent(text, at)) {
        mark.position = sourceOffset(mark.position);
        throw error;
      }
      const count = maxIndentation(text.slice(0, at)) + 1;
      text = `${text.slice(0, at)}${" ".repeat(count)}${text.slice(at)}`;
      added.push({ at, count });
    }
  }
}

/** Whether a line must not be indented: a document marker, or a line with leading tabs, which PyYAML rejects too. */
function mustNotIndent(text: string, at: number): boolean {
  return /(?:---|\.\.\.)(?:\s|$)| *\t/y.test(text.slice(at, at + 200));
}

/** Maximum indentation of the lines of a text, including list dashes. */
function maxIndentation(text: string): number {
  let max = 0;
  for (const [margin] of text.matchAll(/^[ ?:-]*/gm)) max = Math.max(max, margin.length);
  return max;
}
