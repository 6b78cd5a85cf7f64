import { type SchemaName, schemaNames, schemaTitle } from "../../core/job/schema-names.ts";

/** An entry of the list of schemas. */
export interface ListedSchema {
  readonly type: SchemaName;
  readonly title: string;
  readonly url: string;
}

/** Every schema, with its address below `publicUrl`. */
export function listSchemas(publicUrl: string): readonly ListedSchema[] {
  return schemaNames.map((type) => ({ type, title: schemaTitle(type), url: schemaUrl(type, publicUrl) }));
}

/** The address of a schema. */
export function schemaUrl(type: SchemaName, publicUrl: string): string {
  return `${publicUrl}/api/schemas/${type}`;
}
