/** Converts parser events to values, as PyYAML's composer and safe constructor do. */
import { EVENT_ID, type Event, SCALAR_STYLE } from "js-yaml";
import { aboutPlaceholder, placeholderAt } from "./causes/find-foreign-text.ts";
import { checkTag, readScalar } from "./compose-scalar.ts";
import {
  type Anchor,
  type ComposeLimits,
  countNodes,
  enterLevel,
  fail,
  type KeyIssue,
  nextEvent,
  type State,
} from "./compose-state.ts";
import { DocumentError } from "./document-error.ts";
import { eventOffset, scalarText, tagName } from "./event-text.ts";
import type { ParsedYaml } from "./parse-yaml.ts";
import { coreTag, implicitTag } from "./resolve-scalar.ts";
import { isMapping, kindOf, type Mapping, type Scalar, type Value } from "./value.ts";
import { ValueOffsets } from "./value-offsets.ts";

export interface ComposedDocument {
  readonly value: Value;
  /** Number of values and keys, with aliases expanded. */
  readonly nodes: number;
  readonly keyIssues: readonly KeyIssue[];
  readonly offsets: ValueOffsets;
}

/** Limits the size of the dump, in which every alias is replaced by its full text. */
const maxAliasCharacters = 256 * 1024;

/** Composes the only document of an event stream. `resolvePlain` resolves unquoted scalars. @throws DocumentError */
export function compose(
  { text: source, original, events }: Pick<ParsedYaml, "text" | "original" | "events">,
  limits: ComposeLimits,
  resolvePlain: (text: string) => Scalar | undefined,
): ComposedDocument {
  const second = events.findIndex((event, index) => index > 0 && event.type === EVENT_ID.DOCUMENT);
  if (second > 0) {
    throw new DocumentError(
      "invalid_syntax",
      "The text contains several documents; a job is one document.",
      eventOffset(source, events[second + 1]),
    );
  }
  const state: State = {
    source,
    original,
    events,
    limits,
    resolvePlain,
    offsets: new ValueOffsets(),
    isInKey: false,
    anchors: new Map(),
    keyIssues: [],
    path: [],
    index: 1,
    nodes: 0,
    characters: 0,
    aliasCharacters: 0,
    deepest: 0,
  };
  const value = readNode(state, 0, -1);
  return { value, nodes: state.nodes, keyIssues: state.keyIssues, offsets: state.offsets };
}

function readNode(state: State, depth: number, keyOffset: number): Value {
  const event = nextEvent(state);
  state.index++;
  const offset = eventOffset(state.source, event);
  addOffsets(state, isEmptyScalar(event) ? -1 : offset, keyOffset);
  if (event.type === EVENT_ID.ALIAS)
    return readAlias(state, state.source.slice(event.anchorStart, event.anchorEnd), depth, offset);
  countNodes(state, 1, offset);
  if (event.type === EVENT_ID.SCALAR) {
    const value = readScalar(state, event, offset);
    const { length } = typeof value === "string" ? value : "";
    state.characters += length;
    if (event.anchorStart >= 0) Object.assign(setAnchor(state, event), { value, characters: length });
    return value;
  }
  const isNode = event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE;
  if (!isNode) throw new RangeError(`Event ${event.type} within a document.`);
  enterLevel(state, depth + 1, offset);
  const isMap = event.type === EVENT_ID.MAPPING;
  checkTag(state, event, isMap ? "map" : "seq", offset);
  if (event.anchorStart < 0) return isMap ? readMapping(state, depth + 1) : readSequence(state, depth + 1);
  const anchor = setAnchor(state, event);
  const before = { nodes: state.nodes - 1, characters: state.characters };
  const deepest = state.deepest;
  anchor.done = false;
  state.deepest = depth + 1;
  anchor.value = isMap ? readMapping(state, depth + 1) : readSequence(state, depth + 1);
  anchor.done = true;
  anchor.nodes = state.nodes - before.nodes;
  anchor.characters = state.characters - before.characters;
  anchor.height = state.deepest - depth;
  state.deepest = Math.max(deepest, state.deepest);
  return anchor.value;
}

function addOffsets({ path, offsets, isInKey }: State, value: number, key: number): void {
  if (!isInKey) offsets.add(path.length, path.at(-1) ?? "", key < 0 ? value : key, value);
}

/** Whether a value has neither text nor a tag, as in `a:`. */
function isEmptyScalar(event: Event): boolean {
  return event.type === EVENT_ID.SCALAR && event.valueStart < 0 && event.tagStart < 0;
}

function setAnchor(state: State, event: { readonly anchorStart: number; readonly anchorEnd: number }): Anchor {
  const anchor: Anchor = { value: null, nodes: 1, characters: 0, height: 0, done: true };
  const name = state.source.slice(event.anchorStart, event.anchorEnd);
  // YAML would use the last definition; PyYAML rejects duplicates.
  if (state.anchors.has(name)) fail(state, "invalid_syntax", `Anchor &${name} is defined twice.`, event.anchorStart);
  state.anchors.set(name, anchor);
  return anchor;
}

function readAlias(state: State, name: string, depth: number, offset: number): Value {
  const anchor = state.anchors.get(name);
  if (anchor === undefined)
    return fail(
      state,
      "invalid_syntax",
      `Alias *${name} has no anchor &${name} before it. Quote a text that begins with *.`,
      offset,
    );
  if (!anchor.done) return fail(state, "invalid_syntax", `Alias *${name} is within its own anchor.`, offset);
  countNodes(state, anchor.nodes, offset);
  state.characters += anchor.characters;
  state.aliasCharacters += anchor.characters;
  if (state.aliasCharacters > maxAliasCharacters) {
    fail(
      state,
      "too_long",
      `The aliases of the document expand to more than ${maxAliasCharacters} characters; repeat only shorter texts.`,
      offset,
    );
  }
  enterLevel(state, depth + anchor.height, offset);
  return anchor.value;
}

function readSequence(state: State, depth: number): Value[] {
  const items: Value[] = [];
  while (nextEvent(state).type !== EVENT_ID.POP) {
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
  for (let event = nextEvent(state); event.type !== EVENT_ID.POP; event = nextEvent(state)) {
    const offset = eventOffset(state.source, event);
    if (isMergeKey(state, event)) {
      state.index++;
      countNodes(state, 1, offset);
      state.path.push("<<");
      addMerged(state, merged, readNode(state, depth, offset), offset);
      state.path.pop();
      continue;
    }
    const key = readKey(state, event, depth, offset);
    state.path.push(key);
    const lost = Object.hasOwn(own, key) ? own[key] : undefined;
    if (lost !== undefined)
      state.keyIssues.push({ kind: "duplicate", path: [...state.path], offset, valueKind: "", lost });
    own[key] = readNode(state, depth, offset);
    state.path.pop();
  }
  state.index++;
  return merged.length === 0 ? own : Object.assign(Object.create(null), ...merged, own);
}

function isMergeKey(state: State, event: Event): boolean {
  if (event.type !== EVENT_ID.SCALAR || event.style !== SCALAR_STYLE.PLAIN) return false;
  if (event.tagStart >= 0) return tagName(state.source.slice(event.tagStart, event.tagEnd)) === `${coreTag}merge`;
  return event.valueEnd - event.valueStart === 2 && state.source.startsWith("<<", event.valueStart);
}

function addMerged(state: State, merged: Mapping[], value: Value, offset: number): void {
  // The first mapping of a list takes precedence, so it is assigned last.
  const sources = Array.isArray(value) ? value.toReversed() : [value];
  for (const source of sources) {
    if (!isMapping(source))
      fail(
        state,
        "invalid_syntax",
        `The value of << is ${kindOf(source)}; expected a mapping or a list of mappings.`,
        offset,
      );
    else merged.push(source);
  }
}

/** The text of a key; a key that is not text is recorded. */
function readKey(state: State, event: Event, depth: number, offset: number): string {
  // A plain `=` is text if it is a key.
  if (
    event.type === EVENT_ID.SCALAR &&
    event.tagStart < 0 &&
    event.style === SCALAR_STYLE.PLAIN &&
    implicitTag(scalarText(state.source, event, state.original)) === "value"
  ) {
    state.index++;
    return "=";
  }
  const { isInKey } = state;
  state.isInKey = true;
  const value = readNode(state, depth, offset);
  state.isInKey = isInKey;
  if (typeof value === "string") return value;
  if (Array.isArray(value) || isMapping(value)) {
    const placeholder = placeholderAt(state.source, offset - 1);
    if (placeholder !== undefined) fail(state, "invalid_syntax", aboutPlaceholder(placeholder), offset - 1);
    return fail(state, "invalid_syntax", `A key is ${kindOf(value)}; it must be text.`, offset);
  }
  const text = event.type === EVENT_ID.SCALAR ? scalarText(state.source, event, state.original) : String(value);
  state.keyIssues.push({ kind: "nonText", path: [...state.path, text], offset, valueKind: kindOf(value) });
  return text;
}
