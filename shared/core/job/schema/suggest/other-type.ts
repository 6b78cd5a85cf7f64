/** Explains a field that a mapping has only with another type, in a union that is selected by a type. */
import type * as z from "zod/mini";
import { isMapping } from "../../../yaml/value.ts";
import type { ChoiceIssues } from "../custom.ts";
import { show } from "../show.ts";
import { unpaired } from "./pair-fields.ts";
import { shapesOf } from "./shapes.ts";
import { listOfNames } from "./unknown-key.ts";

type Types = Readonly<Record<string, z.core.$ZodType>>;

/** With more types, their list is no help. */
const maxTypes = 3;

/**
 * Replaces the issue of an unknown field that only other types have, and those of missing fields that these types do
 * not have, by one that names the other types.
 */
export function explainOtherType({ payload, first, input }: ChoiceIssues, types: Types, field: string): void {
  if (!isMapping(input)) return;
  const found = payload.issues.slice(first).flatMap(unpaired);
  const [unknown, ...more] = found.filter(isUnexplained);
  const names = Object.keys(types).filter((name) => hasField(types[name], unknown?.path?.[0]));
  if (unknown === undefined || more.length > 0 || names.length === 0 || names.length > maxTypes) return;
  const missing = found.filter(
    (issue) => isMissing(issue) && !names.some((name) => hasField(types[name], issue.path?.[0])),
  );
  const needs = missing.map(({ path }) => String(path?.[0]));
  const own = `${field} ${show(input[field])}${needs.length === 0 ? "" : `, which needs ${listOfNames(needs)}`}`;
  const message = `is not a field of ${own}; it is one of ${field} ${listOfNames(names)}.`;
  const others = found.filter((issue) => issue !== unknown && !missing.includes(issue));
  payload.issues.splice(first, Number.POSITIVE_INFINITY, { ...unknown, message }, ...others);
}

/** Whether an issue is an unknown field of the mapping itself, without a suggestion. */
function isUnexplained({ code, path, params }: z.core.$ZodRawIssue): boolean {
  return code === "custom" && path?.length === 1 && params?.code === "unknown_field" && params.fix === undefined;
}

/** Whether an issue is a missing field of the mapping itself. */
function isMissing({ path, input }: z.core.$ZodRawIssue): boolean {
  return path?.length === 1 && input === undefined;
}

function hasField(type: z.core.$ZodType | undefined, field: PropertyKey | undefined): boolean {
  return type !== undefined && field !== undefined && shapesOf(type).some((shape) => Object.hasOwn(shape, field));
}
