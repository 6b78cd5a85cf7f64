import { schemaNames, schemaTitle } from "../core/job/job-schemas.ts";
import { schemaUrl } from "./get-schema.ts";

/** A schema that can be read. */
export interface ListedSchema {
  readonly type: string;
  readonly title: string;
  readonly url: string;
}

/** Every schema, and where it is read below `publicUrl`. */
export function listSchemas(publicUrl: string): readonly ListedSchema[] {
  return schemaNames.map((type) => ({ type, title: schemaTitle(type), url: schemaUrl(type, publicUrl) }));
}
