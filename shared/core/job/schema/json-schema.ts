/** JSON Schemas of zod types, from zod's own converter. */

import * as z from "zod/mini";
import { processSchema } from "zod/v4/core";
import { defined } from "../../../lib/defined.ts";
import { fieldDocs } from "./schema.ts";

/** A JSON Schema of draft 7, the draft with the best support in YAML editors. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Converts a nested type; its result is complete only at the end of the whole conversion. */
export type Convert = (type: z.core.$ZodType) => JsonSchema;

/** A JSON Schema, or a function that builds it from those of other types. */
export type ToJsonSchema = JsonSchema | ((convert: Convert) => JsonSchema);

/** Sets the JSON Schema that zod's converter uses for a type. */
export function setJsonSchema(type: z.core.$ZodType, toJsonSchema: ToJsonSchema): void {
  type._zod.processJSONSchema = (context, json, params) => {
    const convert: Convert = (part) => processSchema(part, context, params);
    Object.assign(json, typeof toJsonSchema === "function" ? toJsonSchema(convert) : toJsonSchema);
  };
}

/** Sets a function that changes the JSON Schema that zod's converter creates for a type. */
export function adjustJsonSchema(type: z.core.$ZodType, adjust: (schema: JsonSchema) => JsonSchema): void {
  const convert = type._zod.processJSONSchema;
  type._zod.processJSONSchema = (context, json, params) => {
    const schema = {};
    convert?.(context, schema, params);
    Object.assign(json, adjust(schema));
  };
}

/** JSON Schema of the values that a type accepts. Equal parts are the same object. */
export function jsonSchema(type: z.core.$ZodType): JsonSchema {
  // With references, because the same types are used in thousands of places.
  const {
    $schema: _draft,
    $defs = {},
    ...root
  } = z.toJSONSchema(type, {
    io: "input",
    reused: "ref",
    metadata: fieldDocs,
  });
  const resolved = new Map<string, unknown>();
  const resolve = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(resolve);
    if (typeof part !== "object" || part === null) return part;
    const own = Object.fromEntries(
      Object.entries(part).flatMap(([word, value]) => (word === "$ref" ? [] : [[word, resolve(value)]])),
    );
    if (!("$ref" in part)) return withTypeList(own);
    const definition = definitionOf(String(part.$ref).slice("#/$defs/".length));
    return Object.keys(own).length === 0 ? definition : Object.assign({}, definition, own);
  };
  const definitionOf = (name: string): unknown => {
    if (!resolved.has(name)) resolved.set(name, resolve($defs[name]));
    return resolved.get(name);
  };
  return Object.assign({}, resolve(root));
}

/** Writes a nullable type as a list of types, as zod's converter does without references. */
function withTypeList({ anyOf, ...rest }: JsonSchema): JsonSchema {
  const [option, other] = Array.isArray(anyOf) && anyOf.length === 2 ? anyOf : [];
  const isNullable = other?.type === "null" && typeof option?.type === "string" && Object.keys(option).length === 1;
  return isNullable ? { type: [option.type, "null"], ...rest } : { ...defined({ anyOf }), ...rest };
}
