/** Maps, lists, and mappings of one of several types. */
import * as z from "zod/mini";
import { defined } from "../../../lib/defined.ts";
import { isMapping, type Value } from "../../yaml/value.ts";
import { choice, custom, parsePart, run } from "./custom.ts";
import { enumSchema, lower, type Spelling } from "./enums.ts";
import { type Payload, wrongType, wrongValue } from "./issues.ts";
import type { Convert, JsonSchema } from "./json-schema.ts";
import { fieldDocs, type Schema } from "./schema.ts";
import { explainMisspeltField } from "./suggest/misspelt-field.ts";
import { explainOtherType } from "./suggest/other-type.ts";
import { pairsToMapping } from "./suggest/pairs-to-mapping.ts";
import { explainTypeInOtherKey } from "./suggest/type-in-other-key.ts";
import { wrapInType } from "./suggest/wrap.ts";

/** A mapping of names to values of one type; `__proto__` is a name like others. */
export function mapOf<T>(type: Schema<T>): Schema<Readonly<Record<string, T>>> {
  return custom(
    (value, payload, context) => {
      if (!isMapping(value)) {
        const isValid = (item: unknown): boolean => run(type, item, context).issues.length === 0;
        return wrongType(payload, "a mapping", pairsToMapping(value, isValid));
      }
      const map: Record<string, T> = Object.create(null);
      for (const key of Object.keys(value)) {
        const part = parsePart(type, value[key], payload, context, key);
        if (part !== undefined) map[key] = part;
      }
      return map;
    },
    (convert) => ({ type: "object", additionalProperties: convert(type) }),
  );
}

/** A list of values of one type. */
export function listOf<T>(type: Schema<T>): Schema<readonly T[]> {
  return z.array(type);
}

/** Looks up an untrusted name in a table; undefined for unknown names and inherited ones such as `constructor`. */
export function lookUp<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/**
 * One of several types, selected by `choose` from the value; only the selected type adds issues. `expected` describes
 * all types in the message for a value that matches none.
 */
export function oneOf<T>(
  choose: (value: Value, payload: Payload) => Schema<T> | undefined,
  expected: string,
  types: readonly Schema<unknown>[],
): Schema<T> {
  return choice(
    (value, payload) => {
      const before = payload.issues.length;
      const chosen = value === null || value === undefined ? undefined : choose(value, payload);
      if (chosen === undefined && payload.issues.length === before) wrongType(payload, expected);
      return chosen;
    },
    (convert) => ({ anyOf: types.map(convert) }),
  );
}

/** A mapping of one of several types, selected by its field `type` (or another field), in any accepted spelling. */
export function byType<T>(
  types: Readonly<Record<string, Schema<T>>>,
  spelling: Spelling = lower,
  field = "type",
  description?: string,
): Schema<T> {
  const names = Object.keys(types);
  return choice(
    (value, payload, context) => {
      if (!isMapping(value)) return wrongType(payload, "a mapping", wrapInType(types, field, value, context));
      const name = value[field];
      const type = typeof name === "string" ? lookUp(types, spelling(name)) : undefined;
      if (type !== undefined) return type;
      const untyped = { payload, input: value, field, types, spelling, context };
      const isExplained = !Object.hasOwn(value, field) && explainTypeInOtherKey(untyped);
      return isExplained ? undefined : wrongValue(payload, name, names, field);
    },
    (convert) => typedSchema(types, convert, spelling, field, description),
    (issues) => explainOtherType(issues, types, field),
  );
}

/** The JSON Schema of such a union; each type has a condition, so that editors report only on the selected one. */
export function typedSchema(
  types: Readonly<Record<string, Schema<unknown>>>,
  convert: Convert,
  spelling: Spelling,
  field: string,
  description = fieldDescription(Object.values(types)[0], field),
): JsonSchema {
  const schemas = Object.fromEntries(Object.entries(types).map(([name, type]) => [name, convert(type)]));
  return conditionalSchema(schemas, spelling, field, description);
}

/** The JSON Schema of a mapping that matches one of these JSON Schemas, selected by the value of `field`. */
export function conditionalSchema(
  schemas: Readonly<Record<string, JsonSchema>>,
  spelling: Spelling,
  field: string,
  description?: string,
): JsonSchema {
  const hasName = (name: string): JsonSchema => ({
    required: [field],
    properties: { [field]: enumSchema([name], spelling) },
  });
  return {
    type: "object",
    required: [field],
    properties: { [field]: { ...defined({ description }), ...enumSchema(Object.keys(schemas), spelling) } },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
    allOf: Object.entries(schemas).map(([name, schema]) => ({ if: hasName(name), then: schema })),
  };
}

/** The description of a field of a type, which may be lazy or transformed. */
function fieldDescription(type: z.core.$ZodType | undefined, field: string): string | undefined {
  if (type instanceof z.ZodMiniLazy) return fieldDescription(type._zod.innerType, field);
  if (type instanceof z.ZodMiniPipe) return fieldDescription(type._zod.def.in, field);
  const member = type instanceof z.ZodMiniObject ? type._zod.def.shape[field] : undefined;
  return member && fieldDocs.get(member)?.description;
}

/** One of two types, selected by the presence of a field in the mapping. */
export function byField<T>(field: string, ifPresent: Schema<T>, ifAbsent: Schema<T>): Schema<T> {
  return choice(
    (value) => (isMapping(value) && Object.hasOwn(value, field) ? ifPresent : ifAbsent),
    (convert) => schemaByField(field, convert(ifPresent), convert(ifAbsent)),
    (issues) => explainMisspeltField(issues, field, ifPresent),
  );
}

/** One of two JSON Schemas, selected by the presence of a field in the mapping. */
export function schemaByField(field: string, ifPresent: JsonSchema, ifAbsent: JsonSchema): JsonSchema {
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
  return { type: "object", if: { required: [field] }, then: ifPresent, else: ifAbsent };
}
