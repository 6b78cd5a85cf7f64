import { type SchemaName, schemaNames, schemaTitle } from "../../core/job/schema-names.ts";

/** A schema that can be read. */
export interface ListedSchema {
  readonly type: SchemaName;
  readonly title: string;
  readonly url: string;
}

/** Every schema, and where it is read below `publicUrl`. */
export function listSchemas(publicUrl: string): readonly ListedSchema[] {
  return schemaNames.map((type) => ({ type, title: schemaTitle(type), url: schemaUrl(type, publicUrl) }));
}

/** Where a schema is read. */
export function schemaUrl(type: SchemaName, publicUrl: string): string {
  return `${publicUrl}/api/schemas/${type}`;
}
