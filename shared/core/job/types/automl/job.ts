import type { Mapping } from "../../../yaml/value.ts";
import type { JobFields } from "../../fields/base-fields.ts";
import type { AssetInput, OutputField } from "../../fields/inputs-outputs.ts";
import { Job } from "../../job.ts";
import type { KnownFields } from "../../known-fields.ts";
import type { Schema } from "../../schema/schema.ts";
import type { AutoMLSweep } from "./sweep.ts";
import { automlJobFields } from "./tasks.ts";

/** Fields of all ten tasks; each task allows some of them. */
export type AutoMLJobFields = JobFields & {
  /** In snake case: `image_object_detection`. */
  readonly task: string;
  readonly primary_metric: string;
  readonly log_verbosity: string;
  readonly training_data?: AssetInput | undefined;
  readonly validation_data?: AssetInput | undefined;
  readonly test_data?: AssetInput | undefined;
  readonly target_column_name?: string | undefined;
  readonly limits?: Mapping | undefined;
  readonly featurization?: Mapping | undefined;
  readonly training?: Mapping | undefined;
  readonly forecasting?: Mapping | undefined;
  readonly sweep?: AutoMLSweep | undefined;
  readonly training_parameters?: Mapping | undefined;
  readonly search_space?: readonly Mapping[] | undefined;
  readonly environment_id?: string | undefined;
  readonly environment_variables?: Readonly<Record<string, string>> | undefined;
  readonly outputs?: Readonly<Record<string, OutputField>> | undefined;
  readonly resources?: Mapping | undefined;
  readonly queue_settings?: Mapping | undefined;
};

/** The schema of the fields. Its type has the fields of all tasks; the schema allows those of the given task. */
export const automlJobSchema = automlJobFields as Schema<AutoMLJobFields>;

/** A job that searches for the best model of a task. @see azure.ai.ml.entities._job.automl.automl_job.AutoMLJob */
export class AutoMLJob extends Job<AutoMLJobFields> {
  constructor(given: AutoMLJobFields, known?: KnownFields) {
    super("automl", given, known);
  }

  protected override get schema(): Schema<AutoMLJobFields> {
    return automlJobSchema;
  }

  get primary_metric(): string {
    return this.fields.primary_metric;
  }
  get log_verbosity(): string {
    return this.fields.log_verbosity;
  }
  get training_data(): AssetInput | undefined {
    return this.fields.training_data;
  }
  get validation_data(): AssetInput | undefined {
    return this.fields.validation_data;
  }
  get test_data(): AssetInput | undefined {
    return this.fields.test_data;
  }
  get target_column_name(): string | undefined {
    return this.fields.target_column_name;
  }
  get limits(): Mapping | undefined {
    return this.fields.limits;
  }
  get featurization(): Mapping | undefined {
    return this.fields.featurization;
  }
  get training(): Mapping | undefined {
    return this.fields.training;
  }
  get sweep(): AutoMLSweep | undefined {
    return this.fields.sweep;
  }
  get training_parameters(): Mapping | undefined {
    return this.fields.training_parameters;
  }
  get search_space(): readonly Mapping[] | undefined {
    return this.fields.search_space;
  }
  get outputs(): Readonly<Record<string, OutputField>> {
    return this.fields.outputs ?? {};
  }
  get resources(): Mapping | undefined {
    return this.fields.resources;
  }
  get queue_settings(): Mapping | undefined {
    return this.fields.queue_settings;
  }
  get identity(): AutoMLJobFields["identity"] {
    return this.fields.identity;
  }
  get environment_variables(): Readonly<Record<string, string>> {
    return this.fields.environment_variables ?? {};
  }

  protected override get dumpDefaults(): Mapping {
    return { outputs: {}, properties: {}, tags: {} };
  }
}
