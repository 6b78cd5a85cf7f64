/** Offsets and texts of parser events. */
import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from "js-yaml";
import { separatedText } from "./line-separators.ts";
import { coreTag } from "./resolve-scalar.ts";
import { lineStart } from "./text-lines.ts";

/** The header of a block scalar in its line: `|` or `>`, its indicators, then a comment or nothing. */
const blockHeader = /[|>][-+0-9]*[ \t]*(?:#|$)/;

/** The offset of the event's first visible character, e.g. the quote of a text or the header of a block scalar. */
export function eventOffset(source: string, event: Event | undefined): number {
  if (event === undefined) return 0;
  if (event.type === EVENT_ID.SCALAR) {
    const { style, tagStart, valueStart } = event;
    if (valueStart < 0) return Math.max(tagStart, 0);
    if (style === SCALAR_STYLE.PLAIN) return valueStart;
    if (style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED) return valueStart - 1;
    const before = Math.max(0, valueStart - 200);
    return before + lastBlockHeader(source.slice(before, valueStart));
  }
  if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) return event.start;
  return event.type === EVENT_ID.ALIAS ? event.anchorStart - 1 : 0;
}

/** The offset of the last block header in a text; the end of the text if there is none. */
function lastBlockHeader(lines: string): number {
  for (let end = lines.length; end > 0; ) {
    const begin = lineStart(lines, end);
    const found = blockHeader.exec(lines.slice(begin, end));
    if (found !== null) return begin + found.index;
    end = begin - 1;
  }
  return lines.length;
}

/**
 * The text of a scalar. A block scalar at the end of a file without a final line break has no line break either, as in
 * PyYAML. `original` is the source with its line separators, if it has any.
 */
export function scalarText(source: string, event: ScalarEvent, original?: string): string {
  const separated = original && separatedText(original, event);
  if (separated !== undefined) return separated;
  const text = getScalarValue(source, event);
  const isBlock = event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK;
  return isBlock && event.valueEnd >= source.length && text.endsWith("\n") && !endsLine(source)
    ? text.slice(0, -1)
    : text;
}

/** Returns a function that returns the text of the unquoted scalar at an offset; it indexes the events on first use. */
export function plainTexts(
  source: string,
  events: readonly Event[],
): (offset: number | undefined) => string | undefined {
  let scalars: Map<number, ScalarEvent> | undefined;
  return (offset) => {
    if (offset === undefined) return undefined;
    scalars ??= new Map(
      events.flatMap((event) =>
        event.type === EVENT_ID.SCALAR && event.style === SCALAR_STYLE.PLAIN && event.valueStart >= 0
          ? [[event.valueStart, event] as const]
          : [],
      ),
    );
    const event = scalars.get(offset);
    return event === undefined ? undefined : scalarText(source, event);
  };
}

function endsLine(text: string): boolean {
  return text.endsWith("\n") || text.endsWith("\r");
}

/** The full name of a tag that is written in the text. */
export function tagName(text: string): string {
  if (text.startsWith("!<")) return text.slice(2, -1);
  return text.startsWith("!!") ? coreTag + text.slice(2) : text;
}
