/** The JSON Schema of each type of job, whole, for the editors of people who write jobs. */
import { schemaByField, typedSchema } from "./composites.ts";
import { defaultType, jobTypes } from "./job-types.ts";
import { type JsonSchema, jsonSchema } from "./piece.ts";
import { withDefinitions } from "./schema-definitions.ts";
import { same } from "./words.ts";

const anyType = "job";

/** The types that have a schema: those of jobs, and `job` for a job of any type. */
export const schemaNames: readonly string[] = [...Object.keys(jobTypes), anyType];

const made = new Map<string, JsonSchema>();

/** The schema under one of the names; undefined for any other. */
export function jobSchema(name: string): JsonSchema | undefined {
  if (!schemaNames.includes(name)) return undefined;
  const schema = made.get(name) ?? withDefinitions(name === anyType ? ofAnyType() : ofType(name));
  made.set(name, schema);
  return schema;
}

/** What a schema is of. */
export function schemaTitle(name: string): string {
  return name === anyType ? "An Azure ML job of any type" : `An Azure ML ${name} job`;
}

function ofType(type: string): JsonSchema {
  const schema = jsonSchema(jobTypes[type]?.schema as NonNullable<(typeof jobTypes)[string]>["schema"]);
  return withType(schema, type);
}

/** The schema of a job says nothing of its type: what names another one is not read by it. */
function withType(schema: JsonSchema, type: string): JsonSchema {
  const typed = { enum: [type], description: `The type of the job${type === defaultType ? "; this one may be left out" : ""}.` };
  const { properties, allOf } = schema as { properties?: JsonSchema; allOf?: readonly { then: JsonSchema }[] };
  if (properties?.type === undefined) {
    // By task or by provider.
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
    return { ...schema, allOf: allOf?.map((each) => ({ ...each, then: withType(each.then, type) })) };
  }
  const required = (schema.required ?? []) as readonly string[];
  return { ...schema, properties: { ...properties, type: typed }, required: type === defaultType ? required : ["type", ...required] };
}

function ofAnyType(): JsonSchema {
  const kinds = Object.fromEntries(Object.keys(jobTypes).map((type) => [type, ofType(type)]));
  return schemaByField("type", typedSchema(kinds, same, "type"), kinds[defaultType] as JsonSchema);
}
