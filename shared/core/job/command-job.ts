import type * as z from "zod/mini";
import type { Mapping } from "../yaml/value.ts";
import { type EnvironmentField, environment } from "./environment.ts";
import { baseFields, readOnlyFields } from "./fields.ts";
import { type InputField, inputs, type OutputField, outputs } from "./inputs-outputs.ts";
import { Job, type KnownFields } from "./job.ts";
import { code } from "./references.ts";
import { commandLimits, type DistributionField, distribution, jobResources, queueSettings } from "./run-settings.ts";
import { anything, fields, mapOf, optional, text } from "./schema.ts";
import { variableTexts } from "./variables.ts";

/** What a command job shares with the trial of a sweep. @see azure/ai/ml/_schema/job/parameterized_command.py */
export const commandSettings = {
  command: text,
  code: optional(code),
  environment,
  environment_variables: optional(mapOf(anything)),
  resources: optional(jobResources),
  distribution: optional(distribution),
  queue_settings: optional(queueSettings),
};

/** @see azure/ai/ml/_schema/job/command_job.py */
export const commandFields = fields(
  {
    ...baseFields,
    ...commandSettings,
    limits: optional(commandLimits),
    inputs: optional(inputs),
    outputs: optional(outputs),
    parent_job_name: optional(text),
  },
  { readOnly: readOnlyFields, ignored: ["type"], what: "a job" },
);
export type CommandFields = z.infer<typeof commandFields>;

/** A job that runs one command. @see azure.ai.ml.entities.CommandJob */
export class CommandJob extends Job<CommandFields> {
  constructor(fields: CommandFields, known?: KnownFields) {
    super("command", commandFields, fields, known);
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
  /** As a process gets them: the text that the SDK sends. What has no value is left out. */
  get environment_variables(): Readonly<Record<string, string>> {
    return variableTexts(this.fields.environment_variables ?? {});
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

  protected override rebuild(fields: CommandFields, known: KnownFields): this {
    return new CommandJob(fields, known) as this;
  }

  protected override get defaults(): Mapping {
    return { environment_variables: {}, inputs: {}, outputs: {}, parameters: {}, properties: {}, tags: {} };
  }
}
