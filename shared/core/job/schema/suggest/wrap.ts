/** Suggests the mapping that a value in the place of a mapping stands for. */
import type * as z from "zod/mini";
import type { Fix } from "../../../diagnostic.ts";

import { withinTypographicQuotes } from "../../../text/unusual-text.ts";

import { toJson } from "../../../yaml/to-json.ts";
import { isMapping, isOpaque, type Mapping, type Value } from "../../../yaml/value.ts";
import { type Context, run, schemaOf } from "../custom.ts";
import { type Shape, shapesOf, wrappedType } from "./shapes.ts";
import { similar } from "./similar.ts";

/** `main.py` for `{file: main.py}`: a mapping with one field, if the value is valid for one field only. */
export function wrapInField(type: z.core.$ZodType, shape: Shape, value: unknown, context: Context): Fix | undefined {
  if (!isWrappable(value)) return undefined;
  const fields = Object.keys(shape).filter(
    (field) => isPlain(shape[field]) && isValid(type, { [field]: value }, context),
  );
  // A field for any text is less likely than one for certain texts.
  const specific = fields.filter((field) => !isValid(type, { [field]: "?" }, context));
  const [field, ...others] = specific.length === 0 ? fields : specific;
  if (field !== undefined && others.length === 0) return { replaceWith: { [field]: toJson(value) } };
  // Other fields of data accept any text too, but only the path is a location.
  if (!others.includes("path") && field !== "path") return undefined;
  return typeof value === "string" && isLocation(value)
    ? { replaceWith: { ...onlyType(shape), path: value } }
    : undefined;
}

const isLocation = (text: string): boolean => /^azureml:.|\//.test(text);

/** The `type` of a mapping that has only one. */
function onlyType({ type }: Shape): { readonly type?: string } {
  const [only, ...others] = type === undefined ? [] : valuesOf(type);
  return only === undefined || others.length > 0 ? {} : { type: only };
}

/** The values of an enum, in their first spelling. */
function valuesOf(type: z.core.$ZodType): readonly string[] {
  const inner = wrappedType(type);
  if (inner !== undefined) return valuesOf(inner);
  const schema = schemaOf(type);
  const [listed] = Array.isArray(schema.anyOf) ? schema.anyOf : [schema];
  const { enum: values } = Object(listed);
  return Array.isArray(values) ? values.map(String) : [];
}

/** `user` for `{type: user_identity}`, and `[1, 2]` for `{type: choice, values: [1, 2]}`. */
export function wrapInType(
  types: Readonly<Record<string, z.core.$ZodType>>,
  field: string,
  value: unknown,
  context: Context,
): Fix | undefined {
  if (!isWrappable(value)) return undefined;
  if (typeof value === "string") {
    const name = similar(value, Object.keys(types));
    const type = name === undefined ? undefined : types[name];
    const result = type === undefined ? undefined : run(type, { [field]: name }, context);
    if (result?.issues.length !== 0 || !isMapping(result.value)) return undefined;
    return { replaceWith: { [field]: result.value[field] } };
  }
  const found = Object.entries(types).flatMap(([name, type]) =>
    shapesOf(type).flatMap((shape) =>
      Object.keys(shape).flatMap((member) => {
        const wrapped = { [field]: name, [member]: value };
        return member !== field && isPlain(shape[member]) && isValid(type, wrapped, context) ? [wrapped] : [];
      }),
    ),
  );
  const [wrapped, ...others] = found;
  return wrapped === undefined || others.length > 0 ? undefined : { replaceWith: toJson(wrapped) };
}

function isWrappable(value: unknown): value is Value {
  return value !== undefined && value !== null && !isMapping(value) && !isOpaque(value);
}

/** Whether a type is no mapping with fields, in which the value would be wrapped again. */
function isPlain(type: z.core.$ZodType | undefined): boolean {
  return type !== undefined && shapesOf(type).length === 0;
}

function isValid(type: z.core.$ZodType, value: unknown, context: Context): boolean {
  return run(type, value, context).issues.length === 0;
}

/** `[{goal: maximize}]` for `{goal: maximize}`, if the only item or all items together are valid. */
export function unwrapItems(type: z.core.$ZodType, value: unknown, context: Context): Fix | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > maxItems || !value.every(isMapping))
    return undefined;
  const merged: Mapping = Object.assign(Object.create(null), ...value);
  const count = value.reduce((sum, item) => sum + Object.keys(item).length, 0);
  if (Object.keys(merged).length !== count || !isValid(type, merged, context)) return undefined;
  return { replaceWith: toJson(merged) };
}

/** No mapping has more fields. */
const maxItems = 50;

/** `[--level, high]` for `--level high`. */
export function wordsToText(value: unknown): Fix | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const words: readonly unknown[] = value;
  // A blank is clear only between an option and its value: `--level high`.
  const isWord = (word: string): boolean => /^(?:--?\w[\w-]*[ ])?(?:\$\{\{\s*[\w.-]+\s*\}\}|[^\s'"\\])+$/.test(word);
  const isText = words.every((word) => typeof word === "string" && isWord(word));
  return isText ? { replaceWith: words.join(" ") } : undefined;
}

/** `2` for a text in typographic quotes. */
export function numberInQuotes(value: unknown): Fix | undefined {
  const inner = typeof value === "string" ? withinTypographicQuotes(value) : undefined;
  return inner !== undefined && /^\d{1,15}(?:\.\d{1,15})?$/.test(inner) ? { replaceWith: Number(inner) } : undefined;
}
