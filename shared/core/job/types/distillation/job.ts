import * as z from "zod/mini";
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { baseFieldsWithoutIdentity, commandRunSettings, readOnlyFields } from "../../fields/base-fields.ts";
import { connection, maskConnection } from "../../fields/connection.ts";
import { type AssetInput, type OutputField, outputs } from "../../fields/inputs-outputs.ts";
import { data, model } from "../../fields/model-inputs.ts";
import { isAssetReference, isRegistryReference, reference } from "../../fields/references.ts";
import { Job } from "../../job.ts";
import type { KnownFields } from "../../known-fields.ts";
import { mapOf, oneOf } from "../../schema/containers.ts";
import { custom, parsePart, transformed } from "../../schema/custom.ts";
import { aboutOutputs } from "../../schema/descriptions.ts";
import { enumOf, enumSchema, lower, upper } from "../../schema/enums.ts";
import { fields } from "../../schema/fields.ts";
import { addIssue } from "../../schema/issues.ts";
import { adjustJsonSchema } from "../../schema/json-schema.ts";
import { anything, boolean, float, integer, text, textOrNull } from "../../schema/scalars.ts";
import { optional, required, type Schema } from "../../schema/schema.ts";

const registered = reference(
  (value) => isRegistryReference(value) || isAssetReference(value, "models", true),
  "azureml:NAME, azureml:NAME:VERSION, azureml:NAME@LABEL, azureml://registries/... or a mapping with type and path",
  { pattern: "^azureml:" },
);

/** A registered model; it becomes an MLflow model, which is the type that the SDK sends. */
const namedModel = transformed<string, AssetInput>(registered, (path) => ({ type: "mlflow_model", path }));

const studentModel: Schema<AssetInput> = oneOf<AssetInput>(
  (value) => (isMapping(value) ? model : namedModel),
  "a model",
  [model, namedModel],
);

/** A parameter of the requests to the teacher; it may not be null. */
const parameter: Schema<Value> = custom(
  (value, payload, context) =>
    value === null
      ? addIssue(payload, "null_not_allowed", "has no value.")
      : (parsePart(anything, value, payload, context) ?? z.NEVER),
  { not: { type: "null" } },
);

const teacherSettings = fields({
  inference_parameters: optional(mapOf(parameter), "Parameters of each request to the teacher, e.g. `temperature`."),
  endpoint_request_settings: optional(
    fields({
      request_batch_size: optional(integer, "Number of concurrent requests."),
      min_endpoint_success_ratio: optional(float, "Minimum share of requests that must succeed."),
    }),
    "Settings of the requests to the endpoint.",
  ),
});

const prompts = fields({
  enable_chain_of_thought: optional(boolean, "Whether the teacher is prompted to reason step by step."),
  enable_chain_of_density: optional(boolean, "Whether the teacher is prompted to condense its summary step by step."),
  max_len_summary: optional(integer, "Maximum length of a summary."),
});

const promptSettings = transformed(prompts, (given) => ({
  enable_chain_of_density: false,
  enable_chain_of_thought: false,
  ...given,
}));

const machines = fields({
  instance_count: optional(integer, "Number of machines."),
  instance_type: optional(text, "Machine type."),
  properties: optional(mapOf(anything), "Additional settings of the machines."),
});

const resources = transformed(machines, (settings) => ({ properties: {}, ...settings }));

const given = fields(
  {
    ...baseFieldsWithoutIdentity,
    data_generation_type: required(
      enumOf(["label_generation", "data_generation"]),
      "Kind of generation: the teacher labels existing data, or generates new data.",
    ),
    data_generation_task_type: required(
      enumOf(["NLI", "NLU_QA", "CONVERSATION", "MATH", "SUMMARIZATION"], upper),
      "Task that the student is trained for.",
    ),
    teacher_model_endpoint_connection: required(
      connection,
      "Connection of the workspace to the endpoint of the teacher model. Azure ML reads the key from the connection " +
        "of this name; write a placeholder here, e.g. `$API_KEY`.",
    ),
    student_model: required(studentModel, "Student model to train."),
    training_data: optional(data, "Data that the student is trained with; required by `label_generation`."),
    validation_data: optional(data, "Data that the student is validated with; required by `label_generation`."),
    teacher_model_settings: optional(teacherSettings, "Settings of the requests to the teacher."),
    prompt_settings: optional(promptSettings, "Additional instructions in the prompts to the teacher."),
    hyperparameters: optional(mapOf(textOrNull), "Parameters of the student's training."),
    resources: optional(resources, "Machines that generate the data."),
    outputs: optional(outputs, aboutOutputs),
  },
  { readOnly: readOnlyFields, removable: commandRunSettings, ignored: ["type"], expected: "a job" },
);
export type DistillationJobFields = z.infer<typeof given>;

adjustJsonSchema(given, (schema) => ({
  ...schema,
  allOf: [
    {
      if: {
        required: ["data_generation_type"],
        properties: { data_generation_type: enumSchema(["label_generation"], lower) },
      },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
      then: { required: ["training_data", "validation_data"] },
    },
  ],
}));

/** Requires data for `label_generation`. @see azure/ai/ml/_schema/_distillation/distillation_job.py */
export const distillationJobFields = transformed<DistillationJobFields, DistillationJobFields>(
  given,
  (job, payload) => {
    if (job.data_generation_type !== "label_generation") return job;
    for (const name of ["training_data", "validation_data"] as const) {
      if (job[name] === undefined)
        addIssue(payload, "missing_field", "is missing; label_generation requires it.", { path: [name] });
    }
    return job;
  },
);
/** A job that trains a small model with the output of a large one. @see azure.ai.ml.entities.DistillationJob */
export class DistillationJob extends Job<DistillationJobFields> {
  constructor(fields: DistillationJobFields, known?: KnownFields) {
    super("distillation", fields, known);
  }

  protected override get schema(): Schema<DistillationJobFields> {
    return distillationJobFields;
  }

  get data_generation_type(): DistillationJobFields["data_generation_type"] {
    return this.fields.data_generation_type;
  }
  get data_generation_task_type(): DistillationJobFields["data_generation_task_type"] {
    return this.fields.data_generation_task_type;
  }
  /** The connection, including its key. */
  get teacher_model_endpoint_connection(): Mapping {
    return this.fields.teacher_model_endpoint_connection;
  }
  get student_model(): AssetInput {
    return this.fields.student_model;
  }
  get training_data(): AssetInput | undefined {
    return this.fields.training_data;
  }
  get validation_data(): AssetInput | undefined {
    return this.fields.validation_data;
  }
  get teacher_model_settings(): DistillationJobFields["teacher_model_settings"] {
    return this.fields.teacher_model_settings;
  }
  get prompt_settings(): DistillationJobFields["prompt_settings"] {
    return this.fields.prompt_settings;
  }
  get hyperparameters(): DistillationJobFields["hyperparameters"] {
    return this.fields.hyperparameters;
  }
  get resources(): DistillationJobFields["resources"] {
    return this.fields.resources;
  }
  get outputs(): Readonly<Record<string, OutputField>> {
    return this.fields.outputs ?? {};
  }

  protected override fieldsToMask(): Mapping {
    const { teacher_model_endpoint_connection: teacher, ...rest } = this.fields;
    return { ...rest, teacher_model_endpoint_connection: maskConnection(teacher) };
  }

  protected override get dumpDefaults(): Mapping {
    return { properties: {}, tags: {} };
  }
}
