/** The JSON Schemas of jobs, for editors. */
import { defaultType, jobTypes } from "./job-types.ts";
import { schemaByField, typedSchema } from "./schema/containers.ts";
import { same } from "./schema/enums.ts";
import { withDefinitions } from "./schema/json-schema-definitions.ts";
import { type JsonSchema, jsonSchema } from "./schema/schema.ts";
import { anyType, type SchemaName } from "./schema-names.ts";
import { type JobTypeName, jobTypeNames } from "./type-names.ts";

const made = new Map<SchemaName, JsonSchema>();

/** The JSON Schema of one job type, or of a job of any type. */
export function jobSchema(name: SchemaName): JsonSchema {
  const schema = made.get(name) ?? withDefinitions(name === anyType ? ofAnyType() : ofType(name));
  made.set(name, schema);
  return schema;
}

function ofType(type: JobTypeName): JsonSchema {
  return withType(jsonSchema(jobTypes[type].schema), type);
}

/** Adds the field `type`, which the fields of a job do not include: it is read before they are. */
function withType(schema: JsonSchema, type: JobTypeName): JsonSchema {
  const typed = {
    enum: [type],
    description: `Type of the job${type === defaultType ? "; may be omitted for this type" : ""}.`,
  };
  const { properties, allOf } = schema as { properties?: JsonSchema; allOf?: readonly { readonly then: JsonSchema }[] };
  if (properties?.type === undefined) {
    // The fields depend on the task or the provider.
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
