import type * as z from "zod/mini";
import { pythonText } from "../../../yaml/python-text.ts";
import { isMapping, type Mapping } from "../../../yaml/value.ts";
import { baseFields, readOnlyFields } from "../../fields/base-fields.ts";
import type { EnvironmentField } from "../../fields/environment.ts";
import { type InputField, inputs, type OutputField, outputs } from "../../fields/inputs-outputs.ts";
import { Job } from "../../job.ts";
import type { KnownFields } from "../../known-fields.ts";
import { mapOf } from "../../schema/containers.ts";
import { custom, transformed } from "../../schema/custom.ts";
import { aboutInputs, aboutOutputs } from "../../schema/descriptions.ts";
import { fields } from "../../schema/fields.ts";
import { wrongType } from "../../schema/issues.ts";
import { optional, type Schema } from "../../schema/schema.ts";
import {
  defaultSparkIdentity,
  type SparkEntry,
  sparkResources,
  sparkSettings,
  withInitialExecutors,
} from "./spark-settings.ts";

/** A property of a spark job: any value; it is converted to text. */
const property: Schema<string | null> = custom(
  (value, payload) => (value === undefined || value === null ? wrongType(payload, "text") : pythonText(value)),
  { not: { type: "null" } },
);

/** Fields of spark jobs, alone or in a pipeline. */
export const sparkJobShape = {
  ...baseFields,
  ...sparkSettings,
  properties: optional(mapOf(property), "Key-value pairs with facts about the job, as text."),
  inputs: optional(inputs, aboutInputs),
  outputs: optional(outputs, aboutOutputs),
  resources: optional(sparkResources, "Machines to run on if no compute is given."),
};

const given = fields(sparkJobShape, { readOnly: readOnlyFields, ignored: ["type"], expected: "a job" });
export type SparkJobFields = z.infer<typeof given>;

/** A spark job with the SDK's defaults for its identity and its initial number of executors. */
export function withSparkDefaults<T extends Mapping>(given: T): T {
  const { conf } = given;
  return {
    ...defaultSparkIdentity(given),
    ...given,
    ...(isMapping(conf) ? { conf: withInitialExecutors(conf) } : {}),
  };
}

/** @see azure/ai/ml/_schema/job/spark_job.py */
export const sparkJobFields = transformed<SparkJobFields, SparkJobFields>(given, withSparkDefaults);

/** A job that runs on Spark. @see azure.ai.ml.entities.SparkJob */
export class SparkJob extends Job<SparkJobFields> {
  constructor(fields: SparkJobFields, known?: KnownFields) {
    super("spark", fields, known);
  }

  protected override get schema(): Schema<SparkJobFields> {
    return sparkJobFields;
  }

  get entry(): SparkEntry {
    return this.fields.entry;
  }
  get code(): string | undefined {
    return this.fields.code;
  }
  get py_files(): SparkJobFields["py_files"] {
    return this.fields.py_files;
  }
  get jars(): SparkJobFields["jars"] {
    return this.fields.jars;
  }
  get files(): SparkJobFields["files"] {
    return this.fields.files;
  }
  get archives(): SparkJobFields["archives"] {
    return this.fields.archives;
  }
  /** Settings by their full names, e.g. `spark.driver.cores`. */
  get conf(): Mapping {
    return this.fields.conf ?? {};
  }
  get args(): string | undefined {
    return this.fields.args;
  }
  get environment(): EnvironmentField | undefined {
    return this.fields.environment;
  }
  get resources(): SparkJobFields["resources"] {
    return this.fields.resources;
  }
  get identity(): SparkJobFields["identity"] {
    return this.fields.identity;
  }
  get inputs(): Readonly<Record<string, InputField>> {
    return this.fields.inputs ?? {};
  }
  get outputs(): Readonly<Record<string, OutputField>> {
    return this.fields.outputs ?? {};
  }

  protected override get dumpDefaults(): Mapping {
    return { conf: {}, inputs: {}, outputs: {}, properties: {}, tags: {} };
  }
}
