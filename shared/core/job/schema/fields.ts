/** Mappings with known fields: zod's objects, which also ignore, keep or drop other keys as the SDK does. */
import type * as z from "zod/mini";
import { ZodMiniObject } from "zod/mini";
import { $constructor } from "zod/v4/core";
import { isMapping, type Mapping } from "../../yaml/value.ts";
import { addIssuesOf, type Context, run } from "./custom.ts";
import { type Payload, wrongType } from "./issues.ts";
import type { JsonSchema } from "./json-schema.ts";
import { explainMemberIssues, explainMissingFields } from "./suggest/member-issues.ts";
import { addUnknownFields, noFields } from "./suggest/unknown-fields.ts";
import { unwrapItems, wrapInField } from "./suggest/wrap.ts";

export interface FieldsOptions {
  /** Keys that only the service sets: ignored. Null is reported as an unknown field, as in the SDK. */
  readonly readOnly?: readonly string[];
  /** Keys that are ignored, with any value. */
  readonly ignored?: readonly string[];
  /** Unknown keys that the mapping cannot have, and for which there is no other place: their removal is suggested. */
  readonly removable?: readonly string[];
  /** Handling of other keys: an issue by default. */
  readonly unknown?: "keep" | "drop";
  /** Noun for the mapping in messages, e.g. "a job". */
  readonly expected?: string;
}

interface FieldsDef extends z.core.$ZodObjectDef {
  readonly options: FieldsOptions;
}

const Fields = $constructor<z.ZodMiniObject, FieldsDef>("Fields", (type, def) => {
  ZodMiniObject.init(type, def);
  const members = Object.entries(def.shape);
  const { expected = "a mapping", unknown, readOnly = [], ignored = [], removable = [] } = def.options;
  const readOnlyKeys = new Set(readOnly);
  const knownKeys = new Set([...Object.keys(def.shape), ...ignored]);
  const isKnown = (key: string, input: Mapping): boolean =>
    knownKeys.has(key) || (readOnlyKeys.has(key) && input[key] !== null);

  type._zod.parse = (payload, context) => {
    const input: unknown = payload.value;
    if (!isMapping(input)) {
      const fix = wrapInField(type, def.shape, input, context) ?? unwrapItems(type, input, context);
      wrongType(payload, expected, fix);
      return payload;
    }
    const othersOf = () => Object.keys(input).filter((key) => !isKnown(key, input));
    const others = unknown === "drop" ? [] : othersOf();
    const isStrict = unknown === undefined;
    const first = payload.issues.length;
    const suggested =
      isStrict && others.length > 0
        ? addUnknownFields(payload, input, others, def.shape, context, removable)
        : noFields;
    const read = parseMembers(members, input, payload, context);
    if (payload.issues.length > first) {
      const found = { payload, first, input, shape: def.shape, context };
      explainMemberIssues(found, suggested);
      if (!isStrict) explainMissingFields(found, othersOf());
    }
    if (unknown === "keep") keepMembers(read, input, others);
    payload.value = read;
    return payload;
  };

  type._zod.processJSONSchema = (context, json, params) => {
    context.processors.object?.(type, context, json, params);
    const refusesNull = unknown === undefined;
    json.properties = {
      ...Object.fromEntries(ignored.map((key) => [key, { description: "Not used here." }])),
      ...Object.fromEntries(readOnly.map((key) => [key, readOnlySchema(key, refusesNull)])),
      ...json.properties,
    };
    if (refusesNull) json.additionalProperties = false;
  };
});

/** Parses the members as zod's objects do, but skips missing optional ones, which are most fields of most jobs. */
function parseMembers(
  members: readonly (readonly [key: string, type: z.core.$ZodType])[],
  input: Mapping,
  payload: Payload,
  context: Context,
): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [key, type] of members) {
    if (input[key] === undefined && type._zod.optin === "optional") continue;
    const part = run(type, input[key], context);
    if (part.issues.length > 0) addIssuesOf(part, payload, key);
    else read[key] = part.value;
  }
  return read;
}

/** A mapping with these fields. */
export function fields<Shape extends z.core.$ZodShape>(
  shape: Shape,
  options: FieldsOptions = {},
): z.ZodMiniObject<Shape> {
  return new Fields({ type: "object", shape, options }) as z.ZodMiniObject<Shape>;
}

/** Whether a mapping with known fields refuses other ones. */
export function refusesUnknown(type: z.ZodMiniObject): boolean {
  return (
    type instanceof Fields && (type._zod as unknown as { readonly def: FieldsDef }).def.options.unknown === undefined
  );
}

function keepMembers(target: object, input: Mapping, keys: readonly string[]): void {
  for (const key of keys)
    Object.defineProperty(target, key, { value: input[key], enumerable: true, writable: true, configurable: true });
}

function readOnlySchema(key: string, refusesNull: boolean): JsonSchema {
  const description =
    key === "$schema"
      ? "JSON Schema that editors validate this file with."
      : "Set by the service; ignored in submissions.";
  return {
    description,
    ...(key === "$schema" ? {} : { readOnly: true }),
    ...(refusesNull ? { not: { type: "null" } } : {}),
  };
}
