import { Ajv } from "ajv";
import { jobSchema } from "../../shared/core/job/job-schemas.ts";
import type { SchemaName } from "../../shared/core/job/schema-names.ts";
import { readDocument } from "../../shared/core/yaml/read-document.ts";
import { toJson } from "../../shared/core/yaml/to-json.ts";
import { isMapping } from "../../shared/core/yaml/value.ts";

/**
 * Returns the errors of a value against a schema; undefined for a valid value. Validates the schema against draft 7.
 */
export function schemaChecker(name: SchemaName): (value: unknown) => string | undefined {
  const ajv = new Ajv({ strictTypes: false, allowMatchingProperties: true });
  const check = ajv.compile(jobSchema(name));
  return (value) => (check(value) ? undefined : ajv.errorsText(check.errors));
}

/** The mapping of a document as JSON values; undefined for other documents. */
export function plainMapping(yaml: string): Readonly<Record<string, unknown>> | undefined {
  const { document } = readDocument(yaml, { format: "yaml", depth: 32, nodes: 20_000 });
  return isMapping(document?.value) ? JSON.parse(JSON.stringify(toJson(document.value))) : undefined;
}
