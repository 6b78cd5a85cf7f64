/** Makes values of parser events, as PyYAML's composer and safe constructor would. */
import { DocumentError, type DocumentErrorCode, tooDeep, tooManyNodes } from "./document-error.ts";
import type { Event, ParseLimits } from "./parse-events.ts";
import { construct } from "./resolve-scalar.ts";
import { isMapping, kindOf, type Mapping, type Scalar, type Value } from "./value.ts";

/** A key that stands twice (`duplicate`) or that is no text (`odd`: a number, a boolean, null or a date). */
export interface KeyRemark {
  readonly kind: "duplicate" | "odd";
  readonly path: readonly string[];
  readonly offset: number;
  /** What an odd key is. */
  readonly what: string;
}

export interface Composed {
  readonly value: Value;
  /** Values and keys in it, counting what aliases stand for. */
  readonly nodes: number;
  readonly remarks: readonly KeyRemark[];
}

/** Called for every value with the offsets of its key (or of itself) and of itself. */
export type Recorder = (path: readonly string[], keyOffset: number, offset: number) => void;

interface Anchor {
  value: Value;
  /** Values in it, counting itself. */
  nodes: number;
  /** Levels of nesting in it. */
  height: number;
  done: boolean;
}

interface State {
  readonly events: readonly Event[];
  readonly limits: ParseLimits;
  readonly plain: (text: string) => Scalar | undefined;
  record: Recorder | undefined;
  readonly anchors: Map<string, Anchor>;
  readonly remarks: KeyRemark[];
  readonly path: string[];
  index: number;
  nodes: number;
  /** Deepest level that was reached since the innermost anchor began. */
  deepest: number;
}

const core = "tag:yaml.org,2002:";

/** The value of the events of one document. @throws DocumentError */
export function compose(events: readonly Event[], limits: ParseLimits, plain: (text: string) => Scalar | undefined, record?: Recorder): Composed {
  const state: State = { events, limits, plain, record, anchors: new Map(), remarks: [], path: [], index: 0, nodes: 0, deepest: 0 };
  const value = readNode(state, 0, -1);
  return { value, nodes: state.nodes, remarks: state.remarks };
}

function fail(state: State, code: DocumentErrorCode, message: string, offset: number): never {
  throw new DocumentError(code, message, offset, [...state.path]);
}

function count(state: State, nodes: number, offset: number): void {
  state.nodes += nodes;
  if (state.nodes > state.limits.nodes) throw tooManyNodes(state.limits.nodes, offset);
}

function descend(state: State, depth: number, offset: number): void {
  if (depth > state.deepest) state.deepest = depth;
  if (depth > state.limits.depth) throw tooDeep(state.limits.depth, offset);
}

function readNode(state: State, depth: number, keyOffset: number): Value {
  const event = state.events[state.index++] as Event;
  const { kind, start, anchor: name } = event;
  state.record?.(state.path, keyOffset < 0 ? start : keyOffset, start);
  if (kind === "alias") return readAlias(state, event.text, depth, start);
  count(state, 1, start);
  if (kind === "scalar") {
    const value = readScalar(state, event);
    if (name !== undefined) setAnchor(state, name, start).value = value;
    return value;
  }
  descend(state, depth + 1, start);
  checkTag(state, event);
  if (name === undefined) return readCollection(state, event, depth + 1);
  const anchor = setAnchor(state, name, start);
  const before = state.nodes - 1;
  const { deepest } = state;
  anchor.done = false;
  state.deepest = depth + 1;
  anchor.value = readCollection(state, event, depth + 1);
  anchor.done = true;
  anchor.nodes = state.nodes - before;
  anchor.height = state.deepest - depth;
  state.deepest = Math.max(deepest, state.deepest);
  return anchor.value;
}

function readCollection(state: State, { kind }: Event, depth: number): Value {
  return kind === "mapping" ? readMapping(state, depth) : readSequence(state, depth);
}

function setAnchor(state: State, name: string, offset: number): Anchor {
  // YAML allows it, PyYAML does not.
  if (state.anchors.has(name)) fail(state, "invalid_syntax", `Anchor &${name} stands twice.`, offset);
  const anchor: Anchor = { value: null, nodes: 1, height: 0, done: true };
  state.anchors.set(name, anchor);
  return anchor;
}

function readAlias(state: State, name: string, depth: number, offset: number): Value {
  const anchor = state.anchors.get(name);
  if (anchor === undefined) return fail(state, "invalid_syntax", `Alias *${name} has no anchor &${name} before it.`, offset);
  if (!anchor.done) return fail(state, "invalid_syntax", `Alias *${name} stands within what it names.`, offset);
  count(state, anchor.nodes, offset);
  descend(state, depth + anchor.height, offset);
  return anchor.value;
}

function readScalar(state: State, { text, plain, tag, start }: Event): Scalar {
  if (!plain && !text.isWellFormed()) fail(state, "invalid_character", "The text has half of a surrogate pair, which is no character.", start);
  if (tag === undefined && !plain) return text;
  // PyYAML looks past a lone `!`, and past the quotes after it.
  if (tag === undefined || tag === "!") {
    const value = state.plain(text);
    return value ?? (value === null ? null : fail(state, "invalid_scalar", `${text} is no value; quote it to make it text.`, start));
  }
  const value = construct(tag, text);
  if (value !== undefined) return value;
  return fail(state, "unsupported_tag", `Tag ${shortTag(tag)} does not fit ${JSON.stringify(text.slice(0, 100))}, or is none that a job may use.`, start);
}

function shortTag(tag: string): string {
  return tag.startsWith(core) ? `!!${tag.slice(core.length)}` : tag;
}

/** PyYAML reads sets, ordered maps and pairs too, but no field of a job takes one. */
function checkTag(state: State, { kind, tag, start }: Event): void {
  if (tag === undefined || tag === "!" || tag === `${core}${kind === "mapping" ? "map" : "seq"}`) return;
  fail(state, "unsupported_tag", `Tag ${shortTag(tag)} is none that a job may use here.`, start);
}

function readSequence(state: State, depth: number): Value[] {
  const items: Value[] = [];
  while (state.events[state.index]?.kind !== "end") {
    state.path.push(String(items.length));
    items.push(readNode(state, depth, -1));
    state.path.pop();
  }
  state.index++;
  return items;
}

function readMapping(state: State, depth: number): Mapping {
  const own: Record<string, Value> = Object.create(null);
  const merged: Mapping[] = [];
  while (state.events[state.index]?.kind !== "end") {
    const event = state.events[state.index] as Event;
    const offset = event.start;
    if (isMergeKey(event)) {
      state.index++;
      count(state, 1, offset);
      state.path.push("<<");
      addMerged(state, merged, readNode(state, depth, offset), offset);
      state.path.pop();
      continue;
    }
    const key = readKey(state, event, depth, offset);
    state.path.push(key);
    if (Object.hasOwn(own, key)) state.remarks.push({ kind: "duplicate", path: [...state.path], offset, what: "" });
    own[key] = readNode(state, depth, offset);
    state.path.pop();
  }
  state.index++;
  return merged.length === 0 ? own : Object.assign(Object.create(null), ...merged, own);
}

function isMergeKey({ kind, text, plain, tag }: Event): boolean {
  if (kind !== "scalar") return false;
  return tag === undefined ? plain && text === "<<" : tag === `${core}merge`;
}

function addMerged(state: State, merged: Mapping[], value: Value, offset: number): void {
  // Of a list the first mapping wins, so it is assigned last.
  const sources = Array.isArray(value) ? value.toReversed() : [value];
  for (const source of sources) {
    if (!isMapping(source)) fail(state, "invalid_syntax", `<< merges a mapping or a list of mappings; this is ${kindOf(source)}.`, offset);
    else merged.push(source);
  }
}

/** The text of a key; a key that is no text is remarked. */
function readKey(state: State, event: Event, depth: number, offset: number): string {
  // A plain `=` is text where it stands as a key.
  if (event.kind === "scalar" && event.tag === undefined && event.plain && event.text === "=") {
    state.index++;
    return "=";
  }
  const { record } = state;
  state.record = undefined;
  const value = readNode(state, depth, offset);
  state.record = record;
  if (typeof value === "string") return value;
  if (Array.isArray(value) || isMapping(value)) return fail(state, "invalid_syntax", `A key is ${kindOf(value)}; it must be text.`, offset);
  const text = event.kind === "scalar" ? event.text : String(value);
  state.remarks.push({ kind: "odd", path: [...state.path, text], offset, what: kindOf(value) });
  return text;
}
