/** Finetuning and distillation jobs, which are one type in the REST API, read back from their REST form. */

import { snake, snakeFields } from "../../../shared/backends/azureml/rest/values/letter-case.ts";
import { mappingOrEmpty, withoutMissing } from "../../../shared/backends/azureml/rest/values/mappings.ts";
import { isMapping, type Mapping, type Value } from "../../../shared/core/yaml/value.ts";
import { outputsFrom, queueFrom } from "./fields-from-rest.ts";
import { jsonFrom, ofMapping, referenceFrom } from "./values.ts";

export function fineTuningFrom(job: Mapping, workspace: string): Mapping {
  const { modelProvider, taskType, hyperParameters, model, trainingData, validationData } = mappingOrEmpty(
    job.fineTuningDetails,
  );
  const input = (data: Value | undefined, type: string): Mapping | undefined =>
    ofMapping(data, ({ uri }) => ({ type, path: referenceFrom(uri, workspace) }));
  const common = {
    training_data: input(trainingData, "uri_file"),
    validation_data: input(validationData, "uri_file"),
    outputs: outputsFrom(job.outputs),
  };
  const properties = mappingOrEmpty(job.properties);
  if (properties["azureml.enable_distillation"] !== undefined)
    return {
      ...distillation(properties),
      ...common,
      student_model: input(model, "mlflow_model"),
      hyperparameters: hyperParameters,
    };
  const isCustom = modelProvider === "Custom";
  return {
    ...common,
    model: input(model, "mlflow_model"),
    model_provider: isCustom ? "custom" : "azure_open_ai",
    task: typeof taskType === "string" ? snake(taskType) : undefined,
    hyperparameters: isCustom ? hyperParameters : ofMapping(hyperParameters, snakeFields),
    resources: ofMapping(job.resources, snakeFields),
    queue_settings: ofMapping(job.queueSettings, queueFrom),
  };
}

const prompts = ["enable_chain_of_thought", "enable_chain_of_density", "max_len_summary"];
const requests = ["request_batch_size", "min_endpoint_success_ratio"];
const own = [
  "enable_distillation",
  "data_generation_task_type",
  "data_generation_type",
  "connection_information",
  "instance_type.data_generation",
];

/** The fields of a distillation that are sent as properties, and its other properties. */
function distillation(properties: Mapping): Mapping {
  const names = (wanted: readonly string[]): Mapping =>
    withoutMissing(Object.fromEntries(wanted.map((name) => [name, scalarFrom(properties[`azureml.${name}`])])));
  const teacher = Object.entries(properties).filter(
    ([name]) => name.startsWith("azureml.teacher_model.") && name !== "azureml.teacher_model.endpoint_name",
  );
  const inference = Object.fromEntries(
    teacher.map(([name, value]) => [name.slice("azureml.teacher_model.".length), scalarFrom(value)]),
  );
  const request = names(requests);
  const connection = jsonFrom(properties["azureml.connection_information"]);
  const used = [...prompts, ...requests, ...own].map((name) => `azureml.${name}`);
  const settings = withoutMissing({
    inference_parameters: someOf(inference),
    endpoint_request_settings: someOf(request),
  });
  return {
    type: "distillation",
    data_generation_type: properties["azureml.data_generation_type"],
    data_generation_task_type: properties["azureml.data_generation_task_type"],
    teacher_model_endpoint_connection: isMapping(connection) ? connection : undefined,
    teacher_model_settings: someOf(settings),
    prompt_settings: someOf(names(prompts)),
    resources: ofInstance(properties["azureml.instance_type.data_generation"]),
    properties: Object.fromEntries(
      Object.entries(properties).filter(([name]) => !used.includes(name) && !name.startsWith("azureml.teacher_model.")),
    ),
  };
}

function someOf(mapping: Mapping): Mapping | undefined {
  return Object.keys(mapping).length === 0 ? undefined : mapping;
}

function ofInstance(type: Value | undefined): Mapping | undefined {
  return typeof type === "string" ? { instance_type: type } : undefined;
}

/** Properties are texts; the SDK reads booleans and numbers in them back. */
function scalarFrom(value: Value | undefined): Value | undefined {
  if (value === "True" || value === "False") return value === "True";
  return typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
}
