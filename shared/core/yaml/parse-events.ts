/** Makes events of tokens: the beginnings and ends of collections, scalars and aliases. @see yaml/parser.py of PyYAML */
import { syntaxError, tooManyNodes } from "./document-error.ts";
import { type ScanState, startScan, type TokenKind } from "./scan-state.ts";
import { peekToken, takeToken } from "./scan-tokens.ts";

export interface Event {
  readonly kind: "mapping" | "sequence" | "end" | "scalar" | "alias";
  /** Offset in the source, of the value itself, behind its anchor and tag. */
  readonly start: number;
  /** The text of a scalar, or the name that an alias names. */
  readonly text: string;
  /** Of a scalar: without quotes. */
  readonly plain: boolean;
  readonly anchor: string | undefined;
  /** The full name; "!" for a lone one. */
  readonly tag: string | undefined;
}

export function event(kind: Event["kind"], start: number, text = "", plain = false, anchor?: string, tag?: string): Event {
  return { kind, start, text, plain, anchor, tag };
}

export interface ParseLimits {
  /** Levels of nesting. */
  readonly depth: number;
  /** Values and keys. */
  readonly nodes: number;
}

interface Parser {
  readonly scan: ScanState;
  readonly events: Event[];
  readonly handles: Map<string, string>;
  readonly maxNodes: number;
  nodes: number;
}

/** The events of the only document of a text; none when there is no document. @throws DocumentError */
export function parseEvents(source: string, limits: ParseLimits): Event[] {
  const scan = startScan(source, limits.depth);
  const parser: Parser = { scan, events: [], handles: new Map(), maxNodes: limits.nodes, nodes: 0 };
  if (peekToken(scan).kind === "end") return [];
  const directives = readDirectives(parser);
  if (next(parser, "document-start")) {
    takeToken(scan);
    if (next(parser, "directive", "document-start", "document-end", "end")) emptyScalar(parser, peekToken(scan).start);
    else readNode(parser, true, false);
  } else if (directives > 0) syntaxError("a line --- must follow the directives", peekToken(scan).start);
  else readNode(parser, true, false);
  while (next(parser, "document-end")) takeToken(scan);
  const rest = peekToken(scan);
  if (rest.kind === "document-start" || rest.kind === "directive") syntaxError("there are several documents; a job is one document", rest.start);
  if (rest.kind !== "end") syntaxError("the document ends before this", rest.start);
  return parser.events;
}

function next({ scan }: Parser, ...kinds: readonly TokenKind[]): boolean {
  return kinds.includes(peekToken(scan).kind);
}

function readDirectives(parser: Parser): number {
  let count = 0;
  let version = "";
  for (; next(parser, "directive"); count++) {
    const { start, text, handle, prefix } = takeToken(parser.scan);
    if (text === "YAML") {
      if (version !== "") syntaxError("there are two %YAML directives", start);
      if (!prefix.startsWith("1.")) syntaxError(`YAML ${prefix} is not known; expected 1.1`, start);
      version = prefix;
    } else if (text === "TAG") {
      if (parser.handles.has(handle)) syntaxError(`the tag handle ${handle} stands twice`, start);
      parser.handles.set(handle, prefix);
    }
  }
  for (const [handle, prefix] of [
    ["!", "!"],
    ["!!", "tag:yaml.org,2002:"],
  ] as const) {
    if (!parser.handles.has(handle)) parser.handles.set(handle, prefix);
  }
  return count;
}

function add(parser: Parser, added: Event): void {
  if (++parser.nodes > parser.maxNodes) throw tooManyNodes(parser.maxNodes, added.start);
  parser.events.push(added);
}

function emptyScalar(parser: Parser, start: number): void {
  add(parser, event("scalar", start, "", true));
}

function readNode(parser: Parser, block: boolean, indentless: boolean): void {
  const { scan } = parser;
  if (next(parser, "alias")) {
    const { start, text } = takeToken(scan);
    add(parser, event("alias", start, text));
    return;
  }
  const { anchor, tag, start } = readProperties(parser);
  const { kind, start: at } = peekToken(scan);
  if (indentless && kind === "block-entry") {
    add(parser, event("sequence", at, "", false, anchor, tag));
    readIndentlessSequence(parser);
  } else if (kind === "scalar") {
    const { text, plain } = takeToken(scan);
    add(parser, event("scalar", at, text, plain, anchor, tag));
  } else if (kind === "flow-sequence") {
    add(parser, event("sequence", at, "", false, anchor, tag));
    readFlowSequence(parser);
  } else if (kind === "flow-mapping") {
    add(parser, event("mapping", at, "", false, anchor, tag));
    readFlowMapping(parser);
  } else if (block && kind === "block-sequence") {
    add(parser, event("sequence", at, "", false, anchor, tag));
    readBlockSequence(parser);
  } else if (block && kind === "block-mapping") {
    add(parser, event("mapping", at, "", false, anchor, tag));
    readBlockMapping(parser);
  } else if (anchor !== undefined || tag !== undefined) {
    add(parser, event("scalar", start, "", tag === undefined || tag === "!", anchor, tag));
  } else syntaxError("a value is missing here", at);
}

/** An anchor and a tag, in any order. */
function readProperties(parser: Parser): { anchor: string | undefined; tag: string | undefined; start: number } {
  const { scan, handles } = parser;
  const { start } = peekToken(scan);
  let anchor: string | undefined;
  let tag: string | undefined;
  for (;;) {
    if (anchor === undefined && next(parser, "anchor")) anchor = takeToken(scan).text;
    else if (tag === undefined && next(parser, "tag")) {
      const { handle, text, start: at } = takeToken(scan);
      const prefix = handle === "" ? "" : handles.get(handle);
      if (prefix === undefined) syntaxError(`the tag handle ${handle} is not declared`, at);
      tag = prefix + text;
    } else return { anchor, tag, start };
  }
}

function end(parser: Parser): void {
  parser.events.push(event("end", peekToken(parser.scan).start));
}

function readBlockSequence(parser: Parser): void {
  const { scan } = parser;
  takeToken(scan);
  while (next(parser, "block-entry")) {
    const entry = takeToken(scan);
    if (next(parser, "block-entry", "block-end")) emptyScalar(parser, entry.end);
    else readNode(parser, true, false);
  }
  if (!next(parser, "block-end")) syntaxError('expected a list item ("- ") or the end of the list', peekToken(scan).start);
  end(parser);
  takeToken(scan);
}

/** A list whose items stand at the column of the key before it. */
function readIndentlessSequence(parser: Parser): void {
  while (next(parser, "block-entry")) {
    const entry = takeToken(parser.scan);
    if (next(parser, "block-entry", "key", "value", "block-end")) emptyScalar(parser, entry.end);
    else readNode(parser, true, false);
  }
  end(parser);
}

function readBlockMapping(parser: Parser): void {
  const { scan } = parser;
  takeToken(scan);
  while (next(parser, "key")) {
    readBlockPart(parser);
    if (next(parser, "value")) readBlockPart(parser);
    else emptyScalar(parser, peekToken(scan).start);
  }
  if (!next(parser, "block-end")) syntaxError("expected a key, or the end of the mapping; look at the indentation", peekToken(scan).start);
  end(parser);
  takeToken(scan);
}

/** What stands behind a `?` or a `:`. */
function readBlockPart(parser: Parser): void {
  const mark = takeToken(parser.scan);
  if (next(parser, "key", "value", "block-end")) emptyScalar(parser, mark.end);
  else readNode(parser, true, true);
}

function readFlowSequence(parser: Parser): void {
  const { scan } = parser;
  takeToken(scan);
  for (let first = true; !next(parser, "flow-sequence-end"); first = false) {
    if (!first) {
      if (!next(parser, "flow-entry")) syntaxError("expected , or ]", peekToken(scan).start);
      takeToken(scan);
      if (next(parser, "flow-sequence-end")) break;
    }
    if (next(parser, "key")) {
      // `[a: b]` is a list of one mapping.
      add(parser, event("mapping", peekToken(scan).start));
      readFlowPart(parser, "flow-sequence-end");
      if (next(parser, "value")) readFlowPart(parser, "flow-sequence-end");
      else emptyScalar(parser, peekToken(scan).start);
      end(parser);
    } else readNode(parser, false, false);
  }
  end(parser);
  takeToken(scan);
}

function readFlowMapping(parser: Parser): void {
  const { scan } = parser;
  takeToken(scan);
  for (let first = true; !next(parser, "flow-mapping-end"); first = false) {
    if (!first) {
      if (!next(parser, "flow-entry")) syntaxError("expected , or }", peekToken(scan).start);
      takeToken(scan);
      if (next(parser, "flow-mapping-end")) break;
    }
    if (next(parser, "key")) {
      readFlowPart(parser, "flow-mapping-end");
      if (next(parser, "value")) readFlowPart(parser, "flow-mapping-end");
      else emptyScalar(parser, peekToken(scan).start);
    } else {
      readNode(parser, false, false);
      emptyScalar(parser, peekToken(scan).start);
    }
  }
  end(parser);
  takeToken(scan);
}

function readFlowPart(parser: Parser, closing: TokenKind): void {
  const mark = takeToken(parser.scan);
  const isValue = mark.kind === "value";
  if (next(parser, "flow-entry", closing) || (!isValue && next(parser, "value"))) emptyScalar(parser, mark.end);
  else readNode(parser, false, false);
}
