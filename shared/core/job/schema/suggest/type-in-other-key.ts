/** Finds the type of a mapping that has it under another key, or as a key. */
import type * as z from "zod/mini";
import { toJson } from "../../../yaml/to-json.ts";
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { addIssuesOf, type Context, run } from "../custom.ts";
import { addIssue, type Payload } from "../issues.ts";
import { shapesOf } from "./shapes.ts";

/** A mapping without the field that selects its type. */
export interface Untyped {
  readonly payload: Payload;
  readonly input: Mapping;
  readonly field: string;
  readonly types: Readonly<Record<string, z.core.$ZodType>>;
  /** The name of a type as it is listed. */
  readonly spelling: (text: string) => string;
  readonly context: Context;
}

/** Limits the time for suggestions. */
const maxKeys = 20;

/** Adds the issue of the only key that contains or is the name of a type; returns whether there is one. */
export function explainTypeInOtherKey(untyped: Untyped): boolean {
  const { input, types, spelling } = untyped;
  const keys = Object.keys(input);
  if (keys.length > maxKeys) return false;
  const known = new Set(Object.values(types).flatMap((type) => shapesOf(type).flatMap((shape) => Object.keys(shape))));
  const others = keys.filter((key) => !known.has(key));
  const isName = (text: Value | undefined): boolean => typeof text === "string" && Object.hasOwn(types, spelling(text));
  const [key, ...more] = others.filter((each) => isName(input[each]));
  if (key !== undefined && more.length === 0) return addRenamed(untyped, key);
  const [name, ...further] = others.filter(isName);
  return name !== undefined && further.length === 0 && addTypeAsKey(untyped, name);
}

/** `framework: pytorch` for `type: pytorch`. */
function addRenamed({ payload, input, field, types, spelling, context }: Untyped, key: string): true {
  const type = types[spelling(String(input[key]))];
  const renamed = Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name === key ? field : name, value]),
  );
  if (type !== undefined) addIssuesOf(run(type, renamed, context), payload);
  const message = `is not a field here; did you mean ${field}?`;
  addIssue(payload, "unknown_field", message, { path: [key], fix: { renameTo: field } });
  return true;
}

/** `choice: [1, 2]` for `type: choice` and `values: [1, 2]`. */
function addTypeAsKey({ payload, input, field, types, spelling, context }: Untyped, key: string): true {
  const name = spelling(key);
  const type = types[name];
  const { [key]: value = null, ...rest } = input;
  const start: Mapping = { ...rest, [field]: name };
  const isValid = (mapping: Mapping): boolean => type !== undefined && run(type, mapping, context).issues.length === 0;
  const [meant, ...others] = contentsOf(value, type).flatMap((content) => {
    const mapping = { ...start, ...content };
    return isValid(mapping) ? [{ mapping, fields: Object.keys(content) }] : [];
  });
  const isClear = meant !== undefined && others.length === 0;
  const below = isClear && meant.fields.length > 0 ? ` with ${meant.fields.join(", ")} beside it` : "";
  const message = `is not a field here; write ${field}: ${name}${below}.`;
  const fix = isClear
    ? { up: 1, patch: [{ op: "replace", path: "", value: toJson(meant.mapping) }] as const }
    : undefined;
  addIssue(payload, "unknown_field", message, { path: [key], fix });
  return true;
}

/** The fields that the value of the name of a type may stand for. */
function contentsOf(value: Value, type: z.core.$ZodType | undefined): readonly Mapping[] {
  if (value === null) return [{}];
  if (isMapping(value)) return [value];
  const names = type === undefined ? [] : shapesOf(type).flatMap((shape) => Object.keys(shape));
  return names.map((name) => ({ [name]: value }));
}
