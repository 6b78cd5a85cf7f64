/** Names of the JSON Schemas; a module of its own, because the schemas are slow to load. */
import { jobTypeNames } from "./type-names.ts";

export const anyType = "job";

/** The job types, and `job` for a job of any type. */
export const schemaNames = [...jobTypeNames, anyType] as const;

export type SchemaName = (typeof schemaNames)[number];

/** The title of a schema. */
export function schemaTitle(name: SchemaName): string {
  return name === anyType ? "An Azure ML job of any type" : `An Azure ML ${name} job`;
}

export function isSchemaName(name: string): name is SchemaName {
  return schemaNames.some((each) => each === name);
}
