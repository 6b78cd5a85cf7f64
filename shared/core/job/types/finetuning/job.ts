import type { Mapping } from "../../../yaml/value.ts";
import { baseFieldsWithoutIdentity, commandRunSettings, readOnlyFields } from "../../fields/base-fields.ts";
import { type AssetInput, type OutputField, outputs } from "../../fields/inputs-outputs.ts";
import { data, model } from "../../fields/model-inputs.ts";
import { queueSettings } from "../../fields/run-settings.ts";
import { Job } from "../../job.ts";
import type { KnownFields } from "../../known-fields.ts";
import { byType, listOf, mapOf } from "../../schema/containers.ts";
import { transformed } from "../../schema/custom.ts";
import { aboutOutputs, aboutQueue } from "../../schema/descriptions.ts";
import { camel, enumOf, exact } from "../../schema/enums.ts";
import { fields } from "../../schema/fields.ts";
import { float, integer, text, textOrNull } from "../../schema/scalars.ts";
import { optional, required, type Schema } from "../../schema/schema.ts";

const tasks = [
  ...([
    "chatCompletion",
    "textCompletion",
    "textClassification",
    "questionAnswering",
    "textSummarization",
    "tokenClassification",
  ] as const),
  ...([
    "textTranslation",
    "imageClassification",
    "imageInstanceSegmentation",
    "imageObjectDetection",
    "videoMultiObjectTracking",
  ] as const),
] as const;

const shape = {
  ...baseFieldsWithoutIdentity,
  task: required(enumOf(tasks, camel), "Task that the model is trained for."),
  model: required(model, "Model to fine-tune."),
  training_data: optional(data, "Training data."),
  validation_data: optional(data, "Validation data."),
  outputs: optional(outputs, aboutOutputs),
  queue_settings: optional(queueSettings, aboutQueue),
  resources: optional(
    fields({ instance_types: required(listOf(text), "Allowed machine types.") }),
    "Machines that the job runs on.",
  ),
};

const aboutProvider = "Provider of the model.";
const aboutHyperparameters = "Parameters of the training.";

const openAiHyperparameters = fields({
  n_epochs: optional(integer, "Number of epochs."),
  learning_rate_multiplier: optional(float, "Factor that the model's own learning rate is multiplied by."),
  batch_size: optional(integer, "Size of a batch."),
});

/** Hyperparameters; an empty mapping is ignored, as in the SDK. */
const someHyperparameters = transformed<Mapping, Mapping | undefined>(openAiHyperparameters, (given) =>
  Object.values(given).every((each) => each === undefined) ? undefined : given,
);

const options = {
  readOnly: readOnlyFields,
  removable: commandRunSettings,
  ignored: ["type"],
  expected: "a job",
} as const;

export type FineTuningJobFields = {
  readonly model_provider: "custom" | "azure_open_ai";
  /** In camel case, as the SDK prints it. */
  readonly task: (typeof tasks)[number];
  readonly model: AssetInput;
  readonly training_data?: AssetInput | undefined;
  readonly validation_data?: AssetInput | undefined;
  readonly hyperparameters?: Mapping | undefined;
  readonly outputs?: Readonly<Record<string, OutputField>> | undefined;
  readonly queue_settings?:
    | { readonly job_tier?: string | undefined; readonly priority?: string | undefined }
    | undefined;
  readonly resources?: { readonly instance_types: readonly string[] } | undefined;
  readonly name?: string | undefined;
  readonly display_name?: string | undefined;
  readonly description?: string | undefined;
  readonly experiment_name?: string | undefined;
  readonly tags?: Readonly<Record<string, string | null>> | undefined;
  readonly properties?: Readonly<Record<string, string | null>> | undefined;
  readonly compute?: string | undefined;
};

/** @see azure/ai/ml/_schema/_finetuning */
export const fineTuningJobFields = byType<FineTuningJobFields>(
  {
    custom: fields(
      {
        ...shape,
        model_provider: required(enumOf(["custom"], exact), aboutProvider),
        hyperparameters: optional(mapOf(textOrNull), aboutHyperparameters),
      },
      options,
    ),
    azure_open_ai: fields(
      {
        ...shape,
        model_provider: required(enumOf(["azure_open_ai"], exact), aboutProvider),
        hyperparameters: optional(someHyperparameters, aboutHyperparameters),
      },
      options,
    ),
  },
  exact,
  "model_provider",
);

/** A job that fine-tunes a model. @see azure.ai.ml.entities.FineTuningJob */
export class FineTuningJob extends Job<FineTuningJobFields> {
  constructor(given: FineTuningJobFields, known?: KnownFields) {
    super("finetuning", given, known);
  }

  protected override get schema(): Schema<FineTuningJobFields> {
    return fineTuningJobFields;
  }

  get model_provider(): FineTuningJobFields["model_provider"] {
    return this.fields.model_provider;
  }
  get task(): FineTuningJobFields["task"] {
    return this.fields.task;
  }
  get model(): AssetInput {
    return this.fields.model;
  }
  get training_data(): AssetInput | undefined {
    return this.fields.training_data;
  }
  get validation_data(): AssetInput | undefined {
    return this.fields.validation_data;
  }
  get hyperparameters(): Mapping | undefined {
    return this.fields.hyperparameters;
  }
  get outputs(): Readonly<Record<string, OutputField>> {
    return this.fields.outputs ?? {};
  }
  get queue_settings(): FineTuningJobFields["queue_settings"] {
    return this.fields.queue_settings;
  }
  get resources(): FineTuningJobFields["resources"] {
    return this.fields.resources;
  }

  protected override get dumpDefaults(): Mapping {
    return { outputs: {}, properties: {}, tags: {} };
  }
}
