/** Explains the issues of the fields of a mapping by mistakes that are visible only in the mapping as a whole. */
import type * as z from "zod/mini";
import { pointer } from "../../../issues.ts";
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { type Context, isMapType, run } from "../custom.ts";
import { addIssue, markRequired, type Payload } from "../issues.ts";
import { type Shape, wrappedType } from "./shapes.ts";
import { keySuggester, type Suggestion } from "./unknown-key.ts";

type RawIssue = z.core.$ZodRawIssue;

/** The issues of a mapping: those of the payload from index `first` on. */
export interface FoundIssues {
  readonly payload: Payload;
  readonly first: number;
  readonly input: Mapping;
  readonly shape: Shape;
  readonly context: Context;
}

/**
 * Marks issues of required fields, removes issues of missing fields that are suggested for another key, and finds
 * fields that are indented one level too deep.
 */
export function explainMemberIssues(found: FoundIssues, suggested: ReadonlySet<string>): void {
  const { payload, first, shape } = found;
  const movedUp = moveUp(found);
  payload.issues = payload.issues.filter((issue, index) => {
    const [key, ...below] = issue.path ?? [];
    if (index < first || below.length > 0 || typeof key !== "string" || !Object.hasOwn(shape, key)) return true;
    if (shape[key]?._zod.optin === undefined) markRequired(issue);
    return !((suggested.has(key) || movedUp.has(key)) && issue.input === undefined);
  });
}

/** Suggests to move fields of this mapping that are one level too deep; returns their names. */
function moveUp(found: FoundIssues): ReadonlySet<string> {
  const { payload, first, input } = found;
  const moved = new Map<string, string>();
  for (const { path = [] } of payload.issues.slice(first)) {
    const [field, name] = path.map(String);
    if (field === undefined || name === undefined || moved.has(name)) continue;
    const parent = input[field];
    if (isMapping(parent) && isMisplaced(found, field, parent, name, path)) moved.set(name, field);
  }
  if (moved.size === 0) return new Set();
  payload.issues = payload.issues.filter(
    ({ path = [] }, index) => index < first || path.length < 2 || moved.get(String(path[1])) !== path[0],
  );
  for (const [name, field] of moved) {
    const path = [field, name];
    const fix = { up: 2, patch: [{ op: "move", from: pointer(path), path: pointer([name]) }] } as const;
    addIssue(payload, "unknown_field", `is one level too deep; move it beside ${field}.`, { path, fix });
  }
  return new Set(moved.keys());
}

function isMisplaced(
  { payload, first, input, shape, context }: FoundIssues,
  field: string,
  parent: Mapping,
  name: string,
  path: readonly PropertyKey[],
): boolean {
  const [outer, inner] = [shape[field], shape[name]];
  if (outer === undefined || inner === undefined || name === "type" || Object.hasOwn(input, name)) return false;
  const isUnknown = payload.issues.some(
    (issue, index) => index >= first && issue.path?.join("\n") === path.join("\n") && isUnexplained(issue),
  );
  const isPossible = isMapType(withoutWrappers(outer)) || (path.length === 2 && isUnknown);
  return isPossible && accepts(inner, parent[name], context);
}

/** Whether the issue is an unknown field without a suggestion. */
function isUnexplained(issue: RawIssue): boolean {
  if (issue.code !== "custom") return false;
  return issue.params?.code === "unknown_field" && issue.params.fix === undefined;
}

function withoutWrappers(type: z.core.$ZodType): z.core.$ZodType {
  const inner = wrappedType(type);
  return inner === undefined ? type : withoutWrappers(inner);
}

function accepts(type: z.core.$ZodType, value: Value | undefined, context: Context): boolean {
  return run(type, value, context).issues.length === 0;
}

/** Limits the time for suggestions. */
const maxKeys = 200;

/** In a mapping that may have other keys, replaces the issue of a missing field by one of the key that stands for it. */
export function explainMissingFields({ payload, first, input, shape }: FoundIssues, keys: readonly string[]): void {
  const missing: Record<string, z.core.$ZodType> = {};
  for (const { path = [], input: value } of payload.issues.slice(first)) {
    const [field] = path;
    const type = typeof field === "string" ? shape[field] : undefined;
    if (path.length === 1 && value === undefined && type !== undefined) missing[String(field)] = type;
  }
  if (Object.keys(missing).length === 0) return;
  const others = keys.slice(0, maxKeys);
  const suggest = keySuggester(input, others, missing);
  const found = new Map<string, { readonly key: string; readonly suggestion: Suggestion }>();
  for (const key of others) {
    const suggestion = suggest(key);
    if (suggestion?.field !== undefined && !found.has(suggestion.field))
      found.set(suggestion.field, { key, suggestion });
  }
  payload.issues = payload.issues.filter(
    ({ path = [] }, index) => index < first || path.length !== 1 || !found.has(String(path[0])),
  );
  for (const { key, suggestion } of found.values())
    addIssue(payload, "unknown_field", `is not a field here; ${suggestion.hint}`, { path: [key], fix: suggestion.fix });
}
