/** The events of a JSON text, with the text of every number as it stands. */
import { DocumentError, tooDeep, tooManyNodes } from "./document-error.ts";
import { type Event, event, type ParseLimits } from "./parse-events.ts";

const token = /"(?:[^"\\]|\\.)*"|[{}[\]]|[^\s,:{}[\]"]+/gsu;

/** What the events say is only sure once `JSON.parse` has taken the text, so that is tried. @throws DocumentError */
export function jsonEvents(source: string, limits: ParseLimits): Event[] {
  const start = source.startsWith("\ufeff") ? 1 : 0;
  const events: Event[] = [];
  let level = 0;
  token.lastIndex = start;
  for (let match = token.exec(source); match !== null; match = token.exec(source)) {
    const [word] = match;
    const at = match.index;
    if (events.length > 2 * limits.nodes) throw tooManyNodes(limits.nodes, at);
    if (word === "{" || word === "[") {
      if (++level > limits.depth) throw tooDeep(limits.depth, at);
      events.push(event(word === "{" ? "mapping" : "sequence", at));
    } else if (word === "}" || word === "]") {
      level--;
      events.push(event("end", at));
    } else if (word.startsWith('"')) events.push(event("scalar", at, word));
    else events.push(event("scalar", at, word, true));
  }
  checkJson(source.slice(start), start, events.length);
  return events.map((each) => (each.kind === "scalar" && !each.plain ? { ...each, text: JSON.parse(each.text) as string } : each));
}

function checkJson(text: string, start: number, events: number): void {
  if (events === 0) throw new DocumentError("empty_document", "The document is empty; a job is an object of fields.", 0);
  try {
    JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const at = / at position (\d+)/.exec(message)?.[1];
    const offset = at === undefined ? text.length : Number(at);
    throw new DocumentError("invalid_syntax", `The JSON cannot be read: ${message.replace(/ \(line .*$/, "")}.`, start + offset);
  }
}
