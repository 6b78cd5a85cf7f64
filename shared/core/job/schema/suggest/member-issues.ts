/** Explains the issues of the fields of a mapping by mistakes that are visible only in the mapping as a whole. */
import type * as z from "zod/mini";
import type { Fix } from "../../../diagnostic.ts";
import { pointer } from "../../../issues.ts";
import { isMapping, type Value } from "../../../yaml/value.ts";
import { type Context, isMapType, run } from "../custom.ts";
import { addIssue, markRequired } from "../issues.ts";
import { durationFix, timedName } from "./durations.ts";
import type { FoundIssues } from "./found-issues.ts";
import { isUnexplained, moveAside } from "./move-aside.ts";
import { pairFields } from "./pair-fields.ts";
import { wrappedType } from "./shapes.ts";
import type { Suggestion } from "./suggestion.ts";
import { noFields } from "./unknown-fields.ts";
import { keySuggester } from "./unknown-key.ts";
import { wrapInList } from "./wrap-in-list.ts";

type RawIssue = z.core.$ZodRawIssue;

/**
 * Marks issues of required fields, suggests lists, removes issues of missing fields whose pointers are `suggested` for
 * another key, and finds fields that are indented one level too deep or have another name.
 */
export function explainMemberIssues(found: FoundIssues, suggested: ReadonlySet<string>): void {
  const { payload, first, shape } = found;
  const movedUp = moveUp(found);
  moveAside(found);
  payload.issues = payload.issues.filter((issue, index) => {
    const { path = [] } = issue;
    const [key] = path;
    if (index < first || typeof key !== "string" || !Object.hasOwn(shape, key)) return true;
    if (path.length === 1) explainMember(issue, key, found);
    const isAdded = suggested.has(pointer(path)) || (path.length === 1 && movedUp.has(key));
    return !isAdded || issue.input !== undefined;
  });
  const unknown = payload.issues.slice(first).filter(({ path = [] }) => path.length === 1);
  pairFields(
    found,
    unknown.filter(isUnexplained).map(({ path = [] }) => String(path[0])),
  );
}

/** Marks the issue of a required field, and suggests a list for a value in its place. */
function explainMember(issue: RawIssue, key: string, { input, shape, context }: FoundIssues): void {
  const type = shape[key];
  if (type === undefined) return;
  if (type._zod.optin === undefined) markRequired(issue);
  const fix = memberFix(issue, key, type, input[key], context);
  if (fix !== undefined) issue.fix = fix;
}

/** A list for a value in its place, and a number for a duration in the place of one in the unit of the field. */
function memberFix(
  issue: RawIssue,
  key: string,
  type: z.core.$ZodType,
  value: Value | undefined,
  context: Context,
): Fix | undefined {
  if (isListExpected(issue)) return wrapInList(type, value, context);
  const unit = timedName(key)?.unit;
  if (issue.code !== "invalid_type" || issue.fix !== undefined || unit === undefined) return undefined;
  const fix = durationFix(value, unit);
  const isValid = fix !== undefined && "replaceWith" in fix && run(type, fix.replaceWith, context).issues.length === 0;
  return isValid ? fix : undefined;
}

function isListExpected({ code, expected, input }: RawIssue): boolean {
  return code === "invalid_type" && expected === "array" && input !== undefined && input !== null;
}

/** Suggests to move fields of this mapping that are one level too deep; returns their names. */
function moveUp(found: FoundIssues): ReadonlySet<string> {
  const { payload, first } = found;
  const moved = new Map<string, string>();
  const checked = new Set<string>();
  for (const issue of payload.issues.slice(first)) {
    const [field, name] = (issue.path ?? []).map(String);
    const key = `${field} ${name}`;
    if (field === undefined || name === undefined || moved.has(name) || checked.has(key)) continue;
    checked.add(key);
    if (isMisplaced(found, issue, field, name)) moved.set(name, field);
  }
  if (moved.size === 0) return noFields;
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

/** Whether the value of an issue at `field.name` is valid as the field `name` of this mapping, which is missing. */
function isMisplaced({ input, shape, context }: FoundIssues, issue: RawIssue, field: string, name: string): boolean {
  // The names are those of the payload, which may be names of inherited members.
  if (!Object.hasOwn(shape, field) || !Object.hasOwn(shape, name)) return false;
  const [outer, inner, parent] = [shape[field], shape[name], input[field]];
  if (outer === undefined || inner === undefined || !isMapping(parent) || Object.hasOwn(input, name)) return false;
  const isPossible = isMapType(withoutWrappers(outer)) || (issue.path?.length === 2 && isUnexplained(issue));
  return isPossible && run(inner, parent[name], context).issues.length === 0;
}

function withoutWrappers(type: z.core.$ZodType): z.core.$ZodType {
  const inner = wrappedType(type);
  return inner === undefined ? type : withoutWrappers(inner);
}

/** Limits the time for suggestions. */
const maxKeys = 200;

/** In a mapping that may have other keys, replaces the issue of a missing field by one of the key that stands for it. */
export function explainMissingFields(found: FoundIssues, keys: readonly string[]): void {
  const { payload, first, input, shape, context } = found;
  const missing: Record<string, z.core.$ZodType> = {};
  for (const { path = [], input: value } of payload.issues.slice(first)) {
    const [field] = path;
    const type = typeof field === "string" && Object.hasOwn(shape, field) ? shape[field] : undefined;
    if (path.length === 1 && value === undefined && type !== undefined) missing[String(field)] = type;
  }
  if (Object.keys(missing).length === 0) return;
  const others = keys.slice(0, maxKeys);
  const suggest = keySuggester(input, others, missing, context);
  const explained = new Set<string>();
  const suggestions: (readonly [key: string, suggestion: Suggestion])[] = [];
  for (const key of others) {
    const suggestion = suggest(key);
    if (suggestion === undefined || suggestion.fields.some((field) => explained.has(field))) continue;
    for (const field of suggestion.fields) explained.add(field);
    suggestions.push([key, suggestion]);
  }
  payload.issues = payload.issues.filter(
    ({ path = [] }, index) => index < first || path.length !== 1 || !explained.has(String(path[0])),
  );
  const renamed = new Set(suggestions.map(([key]) => key));
  pairFields(
    found,
    others.filter((key) => !renamed.has(key)),
  );
  for (const [key, { hint, fix }] of suggestions)
    addIssue(payload, "unknown_field", `is not a field here; ${hint}`, { path: [key], fix });
}
