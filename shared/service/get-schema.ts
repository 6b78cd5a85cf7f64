import { ServiceError } from "../core/errors.ts";
import { jobSchema, schemaNames, schemaTitle } from "../core/job/job-schemas.ts";
import type { JsonSchema } from "../core/job/piece.ts";

/** The JSON Schema (draft 7) of a type of job, as an editor loads it from its address below `publicUrl`. @throws ServiceError `schema_not_found`. */
export function getSchema(type: string, publicUrl: string): JsonSchema {
  const schema = jobSchema(type);
  if (schema === undefined) {
    throw new ServiceError("schema_not_found", `There is no schema ${JSON.stringify(type.slice(0, 300))}; there are ${schemaNames.join(", ")}.`);
  }
  return { $schema: "http://json-schema.org/draft-07/schema#", $id: schemaUrl(type, publicUrl), title: schemaTitle(type), ...schema };
}

/** Where a schema is read. */
export function schemaUrl(type: string, publicUrl: string): string {
  return `${publicUrl}/api/schemas/${type}`;
}
