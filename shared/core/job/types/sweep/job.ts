// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form

import type * as z from "zod/mini";
import type { Mapping } from "../../../yaml/value.ts";
import { baseFields, readOnlyFields } from "../../fields/base-fields.ts";
import { type InputField, inputs, type OutputField, outputs } from "../../fields/inputs-outputs.ts";
import { Job } from "../../job.ts";
import type { KnownFields } from "../../known-fields.ts";
import { transformed } from "../../schema/custom.ts";
import { aboutInputs, aboutOutputs } from "../../schema/descriptions.ts";
import { fields } from "../../schema/fields.ts";
import { optional, required, type Schema } from "../../schema/schema.ts";
import { commandSettings } from "../command/job.ts";
import { sweepFields } from "./sweep-settings.ts";

const trialFields = fields(commandSettings, { readOnly: ["$schema"], expected: "a trial" });

/** The command of each trial; it is always printed with its environment variables. */
const trial = transformed(trialFields, (given) => ({ environment_variables: {}, ...given }));

/** @see azure/ai/ml/_schema/_sweep/sweep_job.py */
export const sweepJobFields = fields(
  {
    ...baseFields,
    ...sweepFields,
    trial: required(
      trial,
      "Command that each trial runs; `${{search_space.NAME}}` is replaced by the value of a parameter.",
    ),
    inputs: optional(inputs, aboutInputs),
    outputs: optional(outputs, aboutOutputs),
  },
  { readOnly: readOnlyFields.filter((name) => name !== "parameters"), ignored: ["type"], expected: "a job" },
);
export type SweepJobFields = z.infer<typeof sweepJobFields>;

/** A job that runs one command many times with different parameters. @see azure.ai.ml.sweep.SweepJob */
export class SweepJob extends Job<SweepJobFields> {
  constructor(given: SweepJobFields, known?: KnownFields) {
    super("sweep", given, known);
  }

  protected override get schema(): Schema<SweepJobFields> {
    return sweepJobFields;
  }

  get trial(): SweepJobFields["trial"] {
    return this.fields.trial;
  }
  get objective(): SweepJobFields["objective"] {
    return this.fields.objective;
  }
  get limits(): SweepJobFields["limits"] {
    return this.fields.limits;
  }
  get sampling_algorithm(): SweepJobFields["sampling_algorithm"] {
    return this.fields.sampling_algorithm;
  }
  get search_space(): SweepJobFields["search_space"] {
    return this.fields.search_space;
  }
  get early_termination(): SweepJobFields["early_termination"] {
    return this.fields.early_termination;
  }
  get queue_settings(): SweepJobFields["queue_settings"] {
    return this.fields.queue_settings;
  }
  get resources(): SweepJobFields["resources"] {
    return this.fields.resources;
  }
  get identity(): SweepJobFields["identity"] {
    return this.fields.identity;
  }
  get inputs(): Readonly<Record<string, InputField>> {
    return this.fields.inputs ?? {};
  }
  get outputs(): Readonly<Record<string, OutputField>> {
    return this.fields.outputs ?? {};
  }

  protected override get dumpDefaults(): Mapping {
    return { inputs: {}, outputs: {}, properties: {}, tags: {} };
  }
}
