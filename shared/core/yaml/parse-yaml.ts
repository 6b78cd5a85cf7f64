/** The events of a YAML text, also where PyYAML takes what js-yaml refuses. */
import { type Event, parseEvents, YAMLException } from "js-yaml";

export interface ParsedYaml {
  readonly events: readonly Event[];
  /** The text that the offsets of the events are in: the source, with some lines indented. */
  readonly text: string;
  /** An offset of that text in the source. */
  readonly sourceOffset: (offset: number) => number;
}

/** Each such line costs a pass over the text, so a large text may have fewer: 8 in 256 KiB, 200 in 10. */
const mostRead = 2 * 1024 * 1024;
const mostIndented = 200;

/**
 * Parses as js-yaml does, but lets a bracket close, and a list or a quoted text go on, at the margin:
 * `tags: {\n  a: b\n}` is what people write and what PyYAML reads. Such a line is indented, which changes no value, and the
 * text is parsed again.
 * @throws YAMLException with offsets in the source.
 */
export function parseYaml(source: string, maxDepth: number): ParsedYaml {
  let text = source;
  /** Where blanks were put in (offsets in the text as it is now), and how many. */
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
      const isMany = added.length >= Math.min(mostIndented, mostRead / source.length);
      if (reason !== "deficient indentation" || isMany || isFixed(text, at)) {
        mark.position = sourceOffset(mark.position);
        throw error;
      }
      const count = deepest(text.slice(0, at)) + 1;
      text = `${text.slice(0, at)}${" ".repeat(count)}${text.slice(at)}`;
      added.push({ at, count });
    }
  }
}

function lineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
}

/** Lines that mean something at the margin, or that PyYAML refuses too: document marks, and tabs before what follows. */
function isFixed(text: string, at: number): boolean {
  return /(?:---|\.\.\.)(?:\s|$)| *\t/y.test(text.slice(at, at + 200));
}

/** The widest margin of the lines so far, list dashes included. */
function deepest(text: string): number {
  let most = 0;
  for (const [margin] of text.matchAll(/^[ ?:-]*/gm)) most = Math.max(most, margin.length);
  return most;
}
