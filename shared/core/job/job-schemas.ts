/** The JSON Schemas of jobs, for editors. */
import { defaultType, jobTypes } from "./job-types.ts";
import { conditionalSchema, schemaByField } from "./schema/containers.ts";
import { exact } from "./schema/enums.ts";
import { type JsonSchema, jsonSchema } from "./schema/json-schema.ts";
import { withDefinitions } from "./schema/json-schema-definitions.ts";
import { anyType, type SchemaName } from "./schema-names.ts";
import { type JobTypeName, jobTypeNames } from "./type-names.ts";

const schemas = new Map<SchemaName, JsonSchema>();

/** The JSON Schema of one job type, or of a job of any type. */
export function jobSchema(name: SchemaName): JsonSchema {
  const schema = schemas.get(name) ?? withDefinitions(name === anyType ? ofAnyType() : ofType(name));
  schemas.set(name, schema);
  return schema;
}

const ofTypes = new Map<JobTypeName, JsonSchema>();

function ofType(type: JobTypeName): JsonSchema {
  const schema = ofTypes.get(type) ?? withType(jsonSchema(jobTypes[type].schema), type);
  ofTypes.set(type, schema);
  return schema;
}

/** Adds the field `type`, which is not part of the schemas of fields, because it selects the schema. */
function withType(schema: JsonSchema, type: JobTypeName): JsonSchema {
  const typed = { enum: [type], description: typeDescription(type) };
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

function typeDescription(type: JobTypeName): string {
  return `Type of the job${type === defaultType ? "; may be omitted for this type" : ""}.`;
}

function ofAnyType(): JsonSchema {
  const types = Object.fromEntries(jobTypeNames.map((type) => [type, ofType(type)]));
  return schemaByField(
    "type",
    conditionalSchema(types, exact, "type", typeDescription(defaultType)),
    ofType(defaultType),
  );
}
