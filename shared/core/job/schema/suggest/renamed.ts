/** Suggests another name for a key, with the value in the form that the field of this name needs. */
import type * as z from "zod/mini";
import type { Fix } from "../../../diagnostic.ts";
import { type PatchOperation, pointer } from "../../../issues.ts";
import { isMapping, numberOf, type Value } from "../../../yaml/value.ts";
import { closest } from "../closest.ts";
import { type Context, run } from "../custom.ts";
import { durationFix, timedName } from "./durations.ts";
import { itemTypeOf, shapesOf } from "./shapes.ts";
import type { Suggestion } from "./suggestion.ts";
import { wrapInList } from "./wrap-in-list.ts";

/** A field whose name is suggested for a key. */
export interface Renaming {
  readonly key: string;
  readonly field: string;
  readonly value: Value | undefined;
  readonly type: z.core.$ZodType;
  readonly context: Context;
}

/** Another name for a key; undefined if the field does not accept the value, and no correction of it is clear. */
export function renamedTo(renaming: Renaming): Suggestion | undefined {
  const { key, field, value, type, context } = renaming;
  const own = timedName(key)?.unit;
  const other = unitOfField(field);
  if (own !== undefined && other !== undefined && own !== other) return converted(renaming, own, other);
  if (own === undefined && !isUnitKnown(renaming)) return undefined;
  const plain: Suggestion = { hint: `did you mean ${field}?`, fix: { renameTo: field }, fields: [field] };
  const { issues } = run(type, value, context);
  if (issues.length === 0) return plain;
  if (isItem(type, value)) return inList(renaming);
  // A misspelt name is clear although its value has a mistake further down.
  const isBelow = issues.every(({ path = [] }) => path.length > 0);
  if (isBelow) return closest(key, [field]) === field ? plain : undefined;
  const [issue, ...more] = issues;
  const correction = issue === undefined || more.length > 0 ? undefined : replacementOf(issue);
  return correction === undefined ? undefined : replaced(renaming, correction);
}

/** Whether it is clear that a value has the unit of the field: without a unit, a number may be in any. */
function isUnitKnown({ key, field, value }: Renaming): boolean {
  return timedName(field) === undefined || typeof value === "string" || closest(key, [field]) === field;
}

/** The value that an issue suggests. */
function replacementOf(issue: z.core.$ZodRawIssue): unknown {
  const fix: Fix | undefined = issue.code === "custom" ? issue.params?.fix : issue.fix;
  return fix !== undefined && "replaceWith" in fix ? fix.replaceWith : undefined;
}

/** Seconds of the unit of a field; those of a timeout without a unit are seconds. */
export function unitOfField(field: string): number | undefined {
  return timedName(field)?.unit ?? (/(?:^|_)timeout$/.test(field) ? 1 : undefined);
}

/** `timeout: 3600` for `timeout_minutes: 60`. */
function converted(renaming: Renaming, own: number, other: number): Suggestion | undefined {
  const { value } = renaming;
  const count = numberOf(value);
  const given = count === undefined ? value : `${count}s`;
  const fix = durationFix(given, count === undefined ? other : other / own);
  return fix === undefined || !("replaceWith" in fix) ? undefined : replaced(renaming, fix.replaceWith);
}

/** Replaces the key by the field with another value, if it is valid. */
function replaced({ key, field, type, context }: Renaming, value: unknown): Suggestion | undefined {
  if (run(type, value, context).issues.length > 0) return undefined;
  const shown = typeof value === "number" || typeof value === "string" ? `${field}: ${value}` : field;
  const patch: readonly PatchOperation[] = [
    { op: "remove", path: pointer([key]) },
    { op: "add", path: pointer([field]), value },
  ];
  return { hint: `did you mean ${shown}?`, fix: { up: 1, patch }, fields: [field] };
}

/** A single value in a list: `instance_type` for `instance_types`. */
function inList(renaming: Renaming): Suggestion | undefined {
  const { key, field, value, type, context } = renaming;
  if (typeof value === "string" && value.includes(",")) {
    const fix = wrapInList(type, value, context);
    return fix !== undefined && "replaceWith" in fix ? replaced(renaming, fix.replaceWith) : undefined;
  }
  if (run(type, [value], context).issues.length > 0) return undefined;
  const patch: readonly PatchOperation[] = [
    { op: "add", path: pointer([field]), value: [] },
    { op: "move", from: pointer([key]), path: pointer([field, "0"]) },
  ];
  return { hint: `did you mean ${field}?`, fix: { up: 1, patch }, fields: [field] };
}

/** Whether a type is a list, and a value is no list, but may be an item. */
function isItem(type: z.core.$ZodType, value: Value | undefined): boolean {
  const item = itemTypeOf(type);
  if (item === undefined || value === null || Array.isArray(value)) return false;
  return isMapping(value) === shapesOf(item).length > 0;
}
