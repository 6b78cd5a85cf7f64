/** Explains the issues of a mapping whose type is selected by the presence of a field with a misspelt name. */
import type * as z from "zod/mini";
import { isMapping, type Mapping } from "../../../yaml/value.ts";
import { closest } from "../closest.ts";
import { addIssuesOf, type ChoiceIssues, run } from "../custom.ts";
import { addIssue } from "../issues.ts";
import { isComponentReference } from "./pair-fields.ts";
import { shapesOf } from "./shapes.ts";

/** Limits the time for suggestions. */
const maxKeys = 200;

/** If a key is a misspelt `field`, replaces the issues by one of this key and those of `type`, which has the field. */
export function explainMisspeltField(
  { payload, first, input, context }: ChoiceIssues,
  field: string,
  type: z.core.$ZodType,
): void {
  if (!isMapping(input) || Object.hasOwn(input, field)) return;
  const issues = payload.issues.slice(first);
  const unknown = unknownKeys(issues);
  const key =
    misspelt(field, unknown, type) ?? (field === "component" ? componentReference(unknown, input, issues) : undefined);
  if (key === undefined) return;
  const renamed = run(type, rename(input, key, field), context);
  // An issue of the renamed field has no place in the document.
  const remaining = renamed.issues.filter(({ path = [] }) => path[0] !== field);
  payload.issues.splice(first);
  addIssuesOf({ ...renamed, issues: remaining }, payload);
  const fix = { renameTo: field };
  addIssue(payload, "unknown_field", `is not a field here; did you mean ${field}?`, { path: [key], fix });
}

/** The only unknown key that refers to a component, in a node that also lacks a field, e.g. its command. */
function componentReference(
  unknown: readonly string[],
  input: Mapping,
  issues: readonly z.core.$ZodRawIssue[],
): string | undefined {
  if (!issues.some((issue) => issue.input === undefined && issue.path?.length === 1)) return undefined;
  const [key, ...others] = unknown.filter((each) => isComponentReference(input[each]));
  const isExplained = issues.some(
    ({ code, path, params }) => code === "custom" && path?.[0] === key && params?.fix !== undefined,
  );
  return others.length > 0 || isExplained ? undefined : key;
}

function unknownKeys(issues: readonly z.core.$ZodRawIssue[]): readonly string[] {
  return issues.flatMap(({ code, path = [], params }) =>
    code === "custom" && params?.code === "unknown_field" && path.length === 1 ? [String(path[0])] : [],
  );
}

/** The only key that is closer to the field than to others of the type. */
function misspelt(field: string, keys: readonly string[], type: z.core.$ZodType): string | undefined {
  const known = shapesOf(type).flatMap((shape) => Object.keys(shape));
  const [key, ...others] = keys.slice(0, maxKeys).filter((each) => closest(each, known) === field);
  return others.length === 0 ? key : undefined;
}

function rename(input: Mapping, from: string, to: string): Mapping {
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key === from ? to : key, value]));
}
