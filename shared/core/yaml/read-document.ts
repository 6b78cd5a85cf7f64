/** Reads YAML 1.1 as PyYAML's safe_load does, or JSON, and knows where each value stands. */
import { pointer } from "../issues.ts";
import { compose, type KeyRemark } from "./compose.ts";
import { DocumentError } from "./document-error.ts";
import { jsonEvents } from "./json-events.ts";
import { type Event, type ParseLimits, parseEvents } from "./parse-events.ts";
import { resolveJson, resolvePlain } from "./resolve-scalar.ts";
import type { Value } from "./value.ts";

export interface Position {
  /** Both count from 1; columns in UTF-16 units, as editors do. */
  readonly line: number;
  readonly column: number;
}

export interface Document {
  readonly value: Value;
  /** Values and keys in it, counting what aliases stand for. */
  readonly nodes: number;
  readonly remarks: readonly KeyRemark[];
  /** Where a value stands, or its key, or, when it is not there, the nearest value around it. Worked out on first use. */
  position(pointer: string, part?: "key" | "value"): Position;
}

/** A document that cannot be read: why, and where. */
export interface Unreadable {
  readonly code: DocumentError["code"];
  readonly message: string;
  readonly pointer: string;
  readonly position: Position;
}

export type ReadResult = { readonly document: Document; readonly error?: undefined } | { readonly document?: undefined; readonly error: Unreadable };

export interface ReadOptions extends ParseLimits {
  readonly format: "yaml" | "json";
}

/** What PyYAML's reader lets through, turned round. JSON has rules of its own for control characters. */
const unprintable = /[^\t\n\r -~\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Reads one document. Never throws for what stands in it. */
export function readDocument(source: string | Uint8Array, options: ReadOptions): ReadResult {
  let text = "";
  try {
    text = typeof source === "string" ? source : decode(source);
    const events = options.format === "json" ? jsonEvents(text, options) : yamlEvents(text, options);
    const plain = options.format === "json" ? resolveJson : resolvePlain;
    const composed = compose(events, options, plain);
    const lines = lineCounter(text);
    let places: Map<string, readonly [number, number]> | undefined;
    return {
      document: {
        ...composed,
        position(place, part = "value") {
          places ??= placesOf(events, options, plain);
          return lines(offsetIn(places, place, part));
        },
      },
    };
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    const { code, message, offset, path } = error;
    return { error: { code, message, pointer: pointer(path), position: lineCounter(text)(offset) } };
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new DocumentError("invalid_encoding", "The bytes are not UTF-8.", 0);
  }
}

function yamlEvents(text: string, limits: ParseLimits): readonly Event[] {
  const bad = unprintable.exec(text);
  if (bad !== null) {
    const name = (bad[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    throw new DocumentError("invalid_character", `The text has the character U+${name}, which YAML does not allow.`, bad.index);
  }
  const events = parseEvents(text, limits);
  const [first] = events;
  if (first === undefined || (first.kind === "scalar" && first.plain && first.text === "")) {
    throw new DocumentError("empty_document", "The document is empty; a job is a mapping of fields.", 0);
  }
  return events;
}

/** Offsets of the key and of the value at every pointer. What an alias stands for is found where the anchor is. */
function placesOf(events: readonly Event[], limits: ParseLimits, plain: typeof resolvePlain): Map<string, readonly [number, number]> {
  const places = new Map<string, readonly [number, number]>();
  compose(events, limits, plain, (path, keyOffset, offset) => places.set(pointer(path), [keyOffset, offset]));
  return places;
}

function offsetIn(places: Map<string, readonly [number, number]>, place: string, part: "key" | "value"): number {
  for (let at = place; ; at = at.slice(0, at.lastIndexOf("/"))) {
    const found = places.get(at);
    if (found !== undefined) return found[part === "key" && at === place ? 0 : 1];
    if (at === "") return 0;
  }
}

function lineCounter(text: string): (offset: number) => Position {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    let line = 0;
    let after = starts.length;
    while (after - line > 1) {
      const middle = (line + after) >> 1;
      if ((starts[middle] ?? 0) > offset) after = middle;
      else line = middle;
    }
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
}

/** Lines as editors count them. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 10 || (code === 13 && text.charCodeAt(index + 1) !== 10)) starts.push(index + 1);
  }
  return starts;
}
