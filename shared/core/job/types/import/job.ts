import type * as z from "zod/mini";
import type { Mapping } from "../../../yaml/value.ts";
import { baseFieldsWithoutIdentity, readOnlyFields } from "../../fields/base-fields.ts";
import { type OutputField, requiredOutput } from "../../fields/inputs-outputs.ts";
import { Job } from "../../job.ts";
import type { KnownFields } from "../../known-fields.ts";
import { byType, fields } from "../../schema/containers.ts";
import { word } from "../../schema/enums.ts";
import { text } from "../../schema/scalars.ts";
import { field, type Piece } from "../../schema/schema.ts";

/** The source of an import: a query of a database, or files. */
export type ImportSource =
  | {
      readonly type: "azuresqldb" | "azuresynapseanalytics" | "snowflake";
      readonly connection: string;
      readonly query: string;
    }
  | { readonly type: "s3"; readonly connection: string; readonly path: string };

const aboutSource = "Kind of the data source.";
const aboutConnection = "Workspace connection to the data: `azureml:NAME`.";

function database(type: "azuresqldb" | "azuresynapseanalytics" | "snowflake"): Piece<ImportSource> {
  return fields({
    type: field(word([type]), aboutSource),
    connection: field(text, aboutConnection),
    query: field(text, "Query whose rows are imported."),
  });
}

const source = byType<ImportSource>({
  azuresqldb: database("azuresqldb"),
  azuresynapseanalytics: database("azuresynapseanalytics"),
  snowflake: database("snowflake"),
  s3: fields({
    type: field(word(["s3"]), aboutSource),
    connection: field(text, aboutConnection),
    path: field(text, "Files that are imported."),
  }),
});

const { compute: _compute, ...base } = baseFieldsWithoutIdentity;

/** Fields of imports, alone or in a pipeline. */
export const importShape = {
  ...base,
  source: field(source, "Source of the data."),
  output: field(requiredOutput, "Destination of the data."),
};

/** @see azure/ai/ml/_schema/job/import_job.py */
export const importJobFields = fields(importShape, { readOnly: readOnlyFields, ignored: ["type"], what: "a job" });
export type ImportJobFields = z.infer<typeof importJobFields>;

/** A job that imports data into a workspace. @see azure.ai.ml.entities._job.import_job.ImportJob */
export class ImportJob extends Job<ImportJobFields> {
  constructor(given: ImportJobFields, known?: KnownFields) {
    super("import", importJobFields, given, known);
  }

  get source(): ImportSource {
    return this.fields.source;
  }
  get output(): OutputField {
    return this.fields.output;
  }

  protected override get defaults(): Mapping {
    return { properties: {}, tags: {} };
  }
}
