/** Reads YAML 1.1 as PyYAML's safe_load does, or JSON, and finds the position of each value. */
import { CHOMPING_MODE, COLLECTION_STYLE, EVENT_ID, type Event, SCALAR_STYLE, YAMLException } from "js-yaml";
import { parsePointer, pointer } from "../issues.ts";
import { findConflict } from "./causes/find-foreign-text.ts";
import { findJsonCause } from "./causes/find-json-cause.ts";
import { findSyntaxCause } from "./causes/find-syntax-cause.ts";
import type { SyntaxCause } from "./causes/syntax-cause.ts";
import { compose } from "./compose.ts";
import type { ComposeLimits, KeyIssue } from "./compose-state.ts";
import { decodeText } from "./decode-text.ts";
import { DocumentError } from "./document-error.ts";
import { plainTexts } from "./event-text.ts";
import { findTab } from "./find-tab.ts";
import { lineAndColumn, type Position } from "./line-and-column.ts";
import { withoutSeparators } from "./line-separators.ts";
import { type ParsedYaml, parseYaml } from "./parse-yaml.ts";
import { findUnprintable } from "./printable.ts";
import { resolveJsonScalar, resolvePlainScalar } from "./resolve-scalar.ts";
import type { Value } from "./value.ts";
import type { ValueOffsets } from "./value-offsets.ts";

export interface Document {
  readonly value: Value;
  /** Number of values and keys, with aliases expanded. */
  readonly nodes: number;
  readonly keyIssues: readonly KeyIssue[];
  /** Position of the first tab that PyYAML rejects. */
  readonly tab: Position | undefined;
  /** Position of a value or its key; if it does not exist, of the innermost enclosing value. Computed on first use. */
  position(pointer: string, part?: "key" | "value"): Position;
  /** The text of an unquoted scalar, e.g. `1_000`; undefined for other values. */
  plainText(pointer: string): string | undefined;
}

/** The error that makes a document unreadable, and its position. */
export interface ReadError {
  readonly code: DocumentError["code"];
  readonly message: string;
  readonly pointer: string;
  readonly position: Position;
}

export type ReadResult =
  | { readonly document: Document; readonly error?: undefined }
  | { readonly document?: undefined; readonly error: ReadError };

export interface ReadOptions extends ComposeLimits {
  readonly format: "yaml" | "json";
}

/** Reads one document. Errors in its content are returned, not thrown. */
export function readDocument(source: string | Uint8Array, options: ReadOptions): ReadResult {
  let text = "";
  let toSourceOffset = (offset: number): number => offset;
  try {
    const decoded = typeof source === "string" ? { text: source } : decodeText(source);
    text = decoded.text;
    if (decoded.error !== undefined) throw decoded.error;
    const parsed = options.format === "json" ? parseJson(text, options.depth) : parse(text, options.depth);
    toSourceOffset = parsed.sourceOffset;
    const plain = options.format === "json" ? resolveJsonScalar : resolvePlainScalar;
    const { offsets, ...composed } = compose(parsed, options, plain);
    const positionOf = lineAndColumn(text);
    const tab = options.format === "json" ? undefined : findTab(parsed.text, parsed.events);
    const plainTextAt = plainTexts(parsed.text, parsed.events);
    return {
      document: {
        ...composed,
        tab: tab === undefined ? undefined : positionOf(toSourceOffset(tab)),
        position: (target, part = "value") => positionOf(toSourceOffset(offsetAt(offsets, target, part))),
        plainText(target) {
          const { value, isExact } = offsets.find(parsePointer(target));
          return isExact ? plainTextAt(value) : undefined;
        },
      },
    };
  } catch (error) {
    const { code, message, offset, path } = toDocumentError(error, text, options.depth);
    return { error: { code, message, pointer: pointer(path), position: lineAndColumn(text)(toSourceOffset(offset)) } };
  }
}

function tooDeep(depth: number, offset: number): DocumentError {
  return new DocumentError("too_deep", `The document is nested deeper than ${depth} levels.`, offset);
}

function toDocumentError(error: unknown, text: string, depth: number): DocumentError {
  if (error instanceof DocumentError) return error;
  if (error instanceof YAMLException) {
    const offset = error.mark?.position ?? 0;
    if (error.reason.startsWith("nesting exceeded")) return tooDeep(depth, offset);
    const cause = findSyntaxCause(withoutSeparators(text), error.reason, offset);
    const { message, offset: at } = cause ?? { message: `${error.reason}.`, offset };
    return new DocumentError("invalid_syntax", `The YAML cannot be read: ${message}`, at);
  }
  throw error;
}

function parse(text: string, depth: number): ParsedYaml {
  const bad = findUnprintable(text);
  if (bad !== undefined)
    throw new DocumentError(
      "invalid_character",
      `The text contains the character ${bad.name}, which YAML does not allow.`,
      bad.index,
    );
  // The parser counts a scalar as a level, and a compact mapping in a list as one more.
  const parsed = parseYaml(text, depth + 2);
  const first = parsed.events[1];
  if (first === undefined || (first.type === EVENT_ID.SCALAR && first.valueStart < 0 && first.tagStart < 0)) {
    throw new DocumentError("empty_document", "The document is empty; a job is a mapping of fields.", 0);
  }
  return parsed;
}

const noAnchorOrTag = { anchorStart: -1, anchorEnd: -1, tagStart: -1, tagEnd: -1 };
/** An unterminated text includes the rest of the source, so that its quotes are not scanned again. */
const token = /"(?:[^"\\]|\\.)*(?:"|\\?$)|[{}[\]]|[^\s,:{}[\]"]+/gsu;

/** The events of a JSON text; they are only valid once `JSON.parse` has accepted the text. */
function parseJson(text: string, depth: number): ParsedYaml {
  const start = text.startsWith("\ufeff") ? 1 : 0;
  const events: Event[] = [{ type: EVENT_ID.DOCUMENT, explicitStart: false, explicitEnd: false, directives: [] }];
  let level = 0;
  token.lastIndex = start;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const event = jsonEvent(match[0], match.index);
    if (event.type === EVENT_ID.POP) level--;
    else if (event.type !== EVENT_ID.SCALAR && ++level > depth) throw tooDeep(depth, match.index);
    events.push(event);
  }
  checkJson(text.slice(start), start, events.length);
  return { events, text, sourceOffset: (offset) => offset };
}

/** The event of a JSON token other than a comma or colon. */
function jsonEvent(word: string, start: number): Event {
  if (word === "}" || word === "]") return { type: EVENT_ID.POP };
  if (word === "{") return { type: EVENT_ID.MAPPING, start, ...noAnchorOrTag, style: COLLECTION_STYLE.FLOW };
  if (word === "[") return { type: EVENT_ID.SEQUENCE, start, ...noAnchorOrTag, style: COLLECTION_STYLE.FLOW };
  const quote = word.startsWith('"') ? 1 : 0;
  return {
    type: EVENT_ID.SCALAR,
    valueStart: start + quote,
    valueEnd: start + word.length - quote,
    ...noAnchorOrTag,
    style: quote === 1 ? SCALAR_STYLE.DOUBLE_QUOTED : SCALAR_STYLE.PLAIN,
    chomping: CHOMPING_MODE.CLIP,
    indent: -1,
    fast: !word.includes("\\"),
  };
}

function checkJson(text: string, start: number, events: number): void {
  if (events === 1)
    throw new DocumentError("empty_document", "The document is empty; a job is an object of fields.", 0);
  try {
    JSON.parse(text);
  } catch (error) {
    const cause = findConflict(text.slice(start)) ?? findJsonCause(text) ?? causeOf(error, text);
    throw new DocumentError("invalid_syntax", `The JSON cannot be read: ${cause.message}`, start + cause.offset);
  }
}

function causeOf(error: unknown, text: string): SyntaxCause {
  const message = error instanceof Error ? error.message : String(error);
  const at = / at position (\d+)/.exec(message)?.[1];
  return { offset: at === undefined ? text.length : Number(at), message: `${message.replace(/ \(line .*$/, "")}.` };
}

function offsetAt(offsets: ValueOffsets, target: string, part: "key" | "value"): number {
  const { key, value, isExact } = offsets.find(parsePointer(target));
  return Math.max(0, value < 0 || (part === "key" && isExact) ? key : value);
}
