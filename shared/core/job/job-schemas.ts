/** The JSON Schema of each type of job, whole, for the editors of people who write jobs. */

import { defaultType, jobTypes } from "./job-types.ts";
import { schemaByField, typedSchema } from "./schema/containers.ts";
import { same } from "./schema/enums.ts";
import { withDefinitions } from "./schema/json-schema-definitions.ts";
import { type JsonSchema, jsonSchema } from "./schema/schema.ts";
import { anyType, type SchemaName } from "./schema-names.ts";
import { type JobTypeName, jobTypeNames } from "./type-names.ts";

const made = new Map<SchemaName, JsonSchema>();

/** The schema of one type of job, or of any. */
export function jobSchema(name: SchemaName): JsonSchema {
  const schema = made.get(name) ?? withDefinitions(name === anyType ? ofAnyType() : ofType(name));
  made.set(name, schema);
  return schema;
}

function ofType(type: JobTypeName): JsonSchema {
  return withType(jsonSchema(jobTypes[type].schema), type);
}

/** The fields of a job say nothing of its type: what names another one is not read by them. */
function withType(schema: JsonSchema, type: JobTypeName): JsonSchema {
  const typed = {
    enum: [type],
    description: `Type of the job${type === defaultType ? "; may be omitted for this type" : ""}.`,
  };
  const { properties, allOf } = schema as { properties?: JsonSchema; allOf?: readonly { readonly then: JsonSchema }[] };
  if (properties?.type === undefined) {
    // By task or by provider.
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
    return { ...schema, allOf: allOf?.map((each) => ({ ...each, then: withType(each.then, type) })) };
  }
  const required = (schema.required ?? []) as readonly string[];
  return {
    ...schema,
    properties: { ...properties, type: typed },
    required: type === defaultType ? required : ["type", ...required],
  };
}

function ofAnyType(): JsonSchema {
  const kinds = Object.fromEntries(jobTypeNames.map((type) => [type, ofType(type)]));
  return schemaByField("type", typedSchema(kinds, same, "type"), ofType(defaultType));
}
