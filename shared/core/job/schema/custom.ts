/** Custom zod types, made with zod's own constructor. */
import * as z from "zod/mini";
import { ZodMiniType } from "zod/mini";
// By name, so that a bundle contains only these parts of the core.
import { $constructor, $ZodAsyncError } from "zod/v4/core";
import type { Value } from "../../yaml/value.ts";
import type { Payload } from "./issues.ts";
import { type JsonSchema, setJsonSchema, type ToJsonSchema } from "./json-schema.ts";
import type { Schema } from "./schema.ts";

/** zod's parse context, shared by all nested parses. */
export type Context = z.core.ParseContextInternal;

/** Returns the parsed value, and adds an issue to the payload for each problem. */
export type Parse<T> = (value: Value | undefined, payload: Payload, context: Context) => T;

interface CustomDef extends z.core.$ZodTypeDef {
  readonly type: "custom";
  readonly parse: Parse<unknown>;
  readonly toJsonSchema: ToJsonSchema;
}

const Custom = $constructor<z.ZodMiniType, CustomDef>("Custom", (type, def) => {
  ZodMiniType.init(type, def);
  type._zod.parse = (payload, context) => {
    payload.value = def.parse(payload.value as Value | undefined, payload, context);
    return payload;
  };
  setJsonSchema(type, def.toJsonSchema);
});

/** A type that is parsed by a function; `toJsonSchema` describes the accepted values. */
export function custom<T>(parse: Parse<T>, toJsonSchema: ToJsonSchema): Schema<T> {
  return new Custom({ type: "custom", parse, toJsonSchema }) as Schema<T>;
}

/** Selects the type that parses a value; adds an issue if none matches. */
export type Choose<T> = (value: Value | undefined, payload: Payload, context: Context) => Schema<T> | undefined;

/** The issues of the type that was selected for a value: those of the payload from index `first` on. */
export interface ChoiceIssues {
  readonly payload: Payload;
  readonly first: number;
  readonly input: Value | undefined;
  readonly context: Context;
}

/** Replaces issues of the selected type by better ones. */
export type Explain = (issues: ChoiceIssues) => void;

interface ChoiceDef extends z.core.$ZodTypeDef {
  readonly type: "custom";
  readonly choose: Choose<unknown>;
  readonly explain: Explain | undefined;
  readonly toJsonSchema: ToJsonSchema;
}

const Choice = $constructor<z.ZodMiniType, ChoiceDef>("Choice", (type, def) => {
  ZodMiniType.init(type, def);
  type._zod.parse = (payload, context) => {
    const first = payload.issues.length;
    const input = payload.value as Value | undefined;
    const chosen = def.choose(input, payload, context);
    if (chosen === undefined || payload.issues.length > first) return payload;
    const result = runOn(chosen, payload, context);
    if (result.issues.length > first) def.explain?.({ payload: result, first, input, context });
    return result;
  };
  setJsonSchema(type, def.toJsonSchema);
});

/** A union whose member is selected by a function, so that only the selected member reports issues. */
export function choice<T>(choose: Choose<T>, toJsonSchema: ToJsonSchema, explain?: Explain): Schema<T> {
  return new Choice({ type: "custom", choose, explain, toJsonSchema }) as Schema<T>;
}

/** The types among which a type selects; none for other types. */
export function choicesOf(type: z.core.$ZodType): readonly z.core.$ZodType[] {
  return type instanceof Choice ? convertedParts(type).parts : [];
}

/** Whether a type is a mapping with names that its author chooses. */
export function isMapType(type: z.core.$ZodType): boolean {
  return schemaOf(type).additionalProperties !== undefined;
}

/** The JSON Schema of a custom type without those of its parts; empty for other types. */
export function schemaOf(type: z.core.$ZodType): JsonSchema {
  return type instanceof Custom ? convertedParts(type).schema : {};
}

/** The types that a custom type is made of: that of its values if it is a map; none for unions. */
export function partsOf(type: z.core.$ZodType): readonly z.core.$ZodType[] {
  return type instanceof Custom ? convertedParts(type).parts : [];
}

/** The type that a union selects for a value; undefined for other types, and if it selects none. */
export function chosenType(type: z.core.$ZodType, value: Value | undefined): z.core.$ZodType | undefined {
  if (!(type instanceof Choice)) return undefined;
  const { choose } = (type._zod as unknown as { readonly def: ChoiceDef }).def;
  return choose(value, { value, issues: [] }, {});
}

interface Converted {
  readonly schema: JsonSchema;
  readonly parts: readonly z.core.$ZodType[];
}

/** A cache of the parts of types. */
const converted = new WeakMap<z.core.$ZodType, Converted>();

/** The JSON Schema of a type without those of its parts, and its parts. */
function convertedParts(type: z.core.$ZodType): Converted {
  const known = converted.get(type);
  if (known !== undefined) return known;
  const { toJsonSchema } = (type._zod as unknown as { readonly def: CustomDef | ChoiceDef }).def;
  const parts: z.core.$ZodType[] = [];
  const convert = (part: z.core.$ZodType): JsonSchema => {
    parts.push(part);
    return {};
  };
  const schema = typeof toJsonSchema === "function" ? toJsonSchema(convert) : toJsonSchema;
  const result = { schema, parts };
  converted.set(type, result);
  return result;
}

/** A type whose valid values are then converted or checked by `transform`; its JSON Schema is that of `type`. */
export function transformed<In, Out>(type: Schema<In>, transform: (value: In, payload: Payload) => Out): Schema<Out> {
  return z.pipe(type, z.transform(transform));
}

/** Parses a part of a value and prepends `key` to the paths of its issues; undefined if the part is invalid. */
export function parsePart<T>(
  type: Schema<T>,
  value: unknown,
  payload: Payload,
  context: Context,
  key?: PropertyKey,
): T | undefined {
  const part = run(type, value, context);
  if (part.issues.length === 0) return part.value as T;
  addIssuesOf(part, payload, key);
  return undefined;
}

/** Parses a value without adding issues; undefined if it is invalid. */
export function tryParse<T>(type: Schema<T>, value: unknown, context: Context): T | undefined {
  const result = run(type, value, context);
  return result.issues.length === 0 ? (result.value as T) : undefined;
}

/** Adds the issues of a part to those of the whole value, with `key` prepended to their paths. */
export function addIssuesOf(part: Payload, whole: Payload, key?: PropertyKey): void {
  for (const issue of part.issues)
    whole.issues.push(key === undefined ? issue : Object.assign(issue, { path: [key, ...(issue.path ?? [])] }));
}

/** Runs a type on a payload of its own. */
export function run(type: z.core.$ZodType, value: unknown, context: Context): Payload {
  return runOn(type, { value, issues: [] }, context);
}

function runOn(type: z.core.$ZodType, payload: Payload, context: Context): Payload {
  const result = type._zod.run(payload, context);
  if (result instanceof Promise) throw new $ZodAsyncError();
  return result;
}
