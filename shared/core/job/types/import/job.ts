import type * as z from "zod/mini";
import type { Mapping } from "../../../yaml/value.ts";
import { baseFieldsWithoutIdentity, commandRunSettings, readOnlyFields } from "../../fields/base-fields.ts";
import { type OutputField, requiredOutput } from "../../fields/inputs-outputs.ts";
import { Job } from "../../job.ts";
import type { KnownFields } from "../../known-fields.ts";
import { byType } from "../../schema/containers.ts";
import { enumOf } from "../../schema/enums.ts";
import { fields } from "../../schema/fields.ts";
import { text } from "../../schema/scalars.ts";
import { required, type Schema } from "../../schema/schema.ts";

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

function database(type: "azuresqldb" | "azuresynapseanalytics" | "snowflake"): Schema<ImportSource> {
  return fields({
    type: required(enumOf([type]), aboutSource),
    connection: required(text, aboutConnection),
    query: required(text, "Query whose rows are imported."),
  });
}

const source = byType<ImportSource>({
  azuresqldb: database("azuresqldb"),
  azuresynapseanalytics: database("azuresynapseanalytics"),
  snowflake: database("snowflake"),
  s3: fields({
    type: required(enumOf(["s3"]), aboutSource),
    connection: required(text, aboutConnection),
    path: required(text, "Files that are imported."),
  }),
});

const { compute: _compute, ...base } = baseFieldsWithoutIdentity;

/** Fields of imports, alone or in a pipeline. */
export const importShape = {
  ...base,
  source: required(source, "Source of the data."),
  output: required(requiredOutput, "Destination of the data."),
};

/** @see azure/ai/ml/_schema/job/import_job.py */
export const importJobFields = fields(importShape, {
  readOnly: readOnlyFields,
  removable: commandRunSettings,
  ignored: ["type"],
  expected: "a job",
});
export type ImportJobFields = z.infer<typeof importJobFields>;

/** A job that imports data into a workspace. @see azure.ai.ml.entities._job.import_job.ImportJob */
export class ImportJob extends Job<ImportJobFields> {
  constructor(given: ImportJobFields, known?: KnownFields) {
    super("import", given, known);
  }

  protected override get schema(): Schema<ImportJobFields> {
    return importJobFields;
  }

  get source(): ImportSource {
    return this.fields.source;
  }
  get output(): OutputField {
    return this.fields.output;
  }

  protected override get dumpDefaults(): Mapping {
    return { properties: {}, tags: {} };
  }
}
