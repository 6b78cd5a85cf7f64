// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form

import type * as z from "zod/mini";
import type { Mapping } from "../../../yaml/value.ts";
import { baseFields, readOnlyFields } from "../../fields/base-fields.ts";
import { type EnvironmentField, environment } from "../../fields/environment.ts";
import { environmentVariableTexts } from "../../fields/environment-variables.ts";
import { type InputField, inputs, type OutputField, outputs } from "../../fields/inputs-outputs.ts";
import { code } from "../../fields/references.ts";
import {
  commandLimits,
  type DistributionField,
  distribution,
  jobResources,
  queueSettings,
} from "../../fields/run-settings.ts";
import { Job } from "../../job.ts";
import type { KnownFields } from "../../known-fields.ts";
import { mapOf } from "../../schema/containers.ts";
import {
  aboutDistribution,
  aboutEnvironment,
  aboutInputs,
  aboutLimits,
  aboutOutputs,
  aboutQueue,
  aboutResources,
} from "../../schema/descriptions.ts";
import { fields } from "../../schema/fields.ts";
import { anything, text } from "../../schema/scalars.ts";
import { optional, required, type Schema } from "../../schema/schema.ts";

/** Fields that command jobs and trials share. @see azure/ai/ml/_schema/job/parameterized_command.py */
export const commandSettings = {
  command: required(
    text,
    "Command to run in a shell; `${{inputs.NAME}}` and `${{outputs.NAME}}` are replaced by values and paths.",
  ),
  code: optional(code, "Folder or file with the code: a path relative to the job file, a URL, or a registered asset."),
  environment: required(environment, aboutEnvironment),
  environment_variables: optional(mapOf(anything), "Environment variables of the process."),
  resources: optional(jobResources, aboutResources),
  distribution: optional(distribution, aboutDistribution),
  queue_settings: optional(queueSettings, aboutQueue),
};

/** @see azure/ai/ml/_schema/job/command_job.py */
export const commandFields = fields(
  {
    ...baseFields,
    ...commandSettings,
    limits: optional(commandLimits, aboutLimits),
    inputs: optional(inputs, aboutInputs),
    outputs: optional(outputs, aboutOutputs),
    parent_job_name: optional(text, "Name of the parent job."),
  },
  { readOnly: readOnlyFields, ignored: ["type"], expected: "a job" },
);
export type CommandFields = z.infer<typeof commandFields>;

/** A job that runs one command. @see azure.ai.ml.entities.CommandJob */
export class CommandJob extends Job<CommandFields> {
  constructor(fields: CommandFields, known?: KnownFields) {
    super("command", fields, known);
  }

  protected override get schema(): Schema<CommandFields> {
    return commandFields;
  }

  get command(): string {
    return this.fields.command;
  }
  get code(): string | undefined {
    return this.fields.code;
  }
  get environment(): EnvironmentField {
    return this.fields.environment;
  }
  /** The environment variables as text, as the SDK sends them; variables without a value are omitted. */
  get environment_variables(): Readonly<Record<string, string>> {
    return environmentVariableTexts(this.fields.environment_variables ?? {});
  }
  get inputs(): Readonly<Record<string, InputField>> {
    return this.fields.inputs ?? {};
  }
  get outputs(): Readonly<Record<string, OutputField>> {
    return this.fields.outputs ?? {};
  }
  get resources(): CommandFields["resources"] {
    return this.fields.resources;
  }
  get distribution(): DistributionField | undefined {
    return this.fields.distribution;
  }
  get limits(): CommandFields["limits"] {
    return this.fields.limits;
  }
  get identity(): CommandFields["identity"] {
    return this.fields.identity;
  }
  get queue_settings(): CommandFields["queue_settings"] {
    return this.fields.queue_settings;
  }
  get parent_job_name(): string | undefined {
    return this.fields.parent_job_name;
  }

  protected override get dumpDefaults(): Mapping {
    return { environment_variables: {}, inputs: {}, outputs: {}, parameters: {}, properties: {}, tags: {} };
  }
}
