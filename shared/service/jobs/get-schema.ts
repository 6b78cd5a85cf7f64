import { ServiceError } from "../../core/errors.ts";
import { jobSchema } from "../../core/job/job-schemas.ts";
import type { JsonSchema } from "../../core/job/schema/json-schema.ts";
import { isSchemaName, schemaNames, schemaTitle } from "../../core/job/schema-names.ts";
import { schemaUrl } from "./list-schemas.ts";

/**
 * The JSON Schema (draft 7) of a job type, with its address below `publicUrl`.
 * @throws ServiceError `schema_not_found`.
 */
export function getSchema(type: string, publicUrl: string): JsonSchema {
  if (!isSchemaName(type)) {
    throw new ServiceError(
      "schema_not_found",
      `There is no schema ${JSON.stringify(type.slice(0, 300))}. Use one of: ${schemaNames.join(", ")}.`,
    );
  }
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: schemaUrl(type, publicUrl),
    title: schemaTitle(type),
    ...jobSchema(type),
  };
}
