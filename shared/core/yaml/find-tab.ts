import { EVENT_ID, type Event, SCALAR_STYLE } from "js-yaml";

/**
 * The offset of the first tab that PyYAML rejects and js-yaml accepts; undefined if there is none. PyYAML accepts tabs
 * only in quoted texts, in block texts and in comments.
 */
export function findTab(text: string, events: readonly Event[]): number | undefined {
  if (!text.includes("\t")) return undefined;
  let from = 0;
  for (const event of events) {
    if (event.type !== EVENT_ID.SCALAR || event.style === SCALAR_STYLE.PLAIN) continue;
    const found = tabBetween(text, from, event.valueStart);
    if (found !== undefined) return found;
    from = event.valueEnd;
  }
  return tabBetween(text, from, text.length);
}

/** The offset of the first tab of a part of a text that contains no quoted texts, outside of its comments. */
function tabBetween(text: string, from: number, to: number): number | undefined {
  for (const { 0: found, index } of text.slice(from, to).matchAll(/(?<!\S)#[^\r\n]*|\t/g))
    if (found === "\t") return from + index;
  return undefined;
}
