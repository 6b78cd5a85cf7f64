/** Explains an unknown field and a missing one as one mistake: the field has another name here. */
import type * as z from "zod/mini";
import type { Value } from "../../../yaml/value.ts";
import { type Context, run } from "../custom.ts";
import { addIssue } from "../issues.ts";
import type { FoundIssues } from "./found-issues.ts";
import type { Shape } from "./shapes.ts";

type RawIssue = z.core.$ZodRawIssue;

/**
 * If exactly one key has no explanation, and its value is valid as exactly one of the missing fields, replaces the
 * issues of both by one that suggests to rename the key.
 */
export function pairFields(
  { payload, first, input, shape, context }: FoundIssues,
  unexplained: readonly string[],
): void {
  const [key, ...otherKeys] = unexplained;
  if (key === undefined || otherKeys.length > 0) return;
  const missing = payload.issues.slice(first).flatMap(({ path = [], input: value }) => {
    const [name] = path;
    return path.length === 1 && value === undefined && typeof name === "string" ? [name] : [];
  });
  const [field, ...others] = missing.filter((name) => isValidAs(name, input[key], shape, context));
  if (field === undefined || others.length > 0) return;
  const isOfPair = ({ path = [] }: RawIssue, index: number): boolean =>
    index >= first && path.length === 1 && (path[0] === key || path[0] === field);
  const pair = payload.issues.filter(isOfPair);
  payload.issues = payload.issues.filter((issue, index) => !isOfPair(issue, index));
  const message = `is not a field here, and ${field} is missing; did you mean ${field}?`;
  addIssue(payload, "unknown_field", message, { path: [key], fix: { renameTo: field } });
  Object.assign(payload.issues.at(-1) ?? {}, { pair });
}

/** The issues of which `pairFields` made this one, or the issue itself. */
export function unpaired(issue: RawIssue): readonly RawIssue[] {
  return "pair" in issue ? (issue.pair as readonly RawIssue[]) : [issue];
}

function isValidAs(field: string, value: Value | undefined, shape: Shape, context: Context): boolean {
  const type = Object.hasOwn(shape, field) ? shape[field] : undefined;
  // Any text is a valid command, but this is the component of a node.
  if (type === undefined || (field === "command" && isComponentReference(value))) return false;
  return run(type, value, context).issues.length === 0;
}

/** Whether a value is the path of a YAML file or a registered asset. */
export function isComponentReference(value: unknown): value is string {
  return typeof value === "string" && /^(?:azureml:\S+|\S+\.ya?ml)$/i.test(value);
}
