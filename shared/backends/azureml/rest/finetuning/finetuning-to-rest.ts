import type { AssetInput } from "../../../../core/job/fields/inputs-outputs.ts";
import type { FineTuningJob } from "../../../../core/job/types/finetuning/job.ts";
import type { Mapping } from "../../../../core/yaml/value.ts";
import { type AssetResolver, computeId } from "../asset-ids/asset-ids.ts";
import { dataUri, outputsToRest } from "../fields/inputs-outputs.ts";
import { baseToRest, ifMapping, queueToRest } from "../fields/run-settings.ts";
import { camelKeys } from "../values/letter-case.ts";

const providers = { custom: "Custom", azure_open_ai: "AzureOpenAI" } as const;

/** What is trained and on what: always a model of MLflow and files, whatever their types say. */
export function trainingToRest(
  model: AssetInput,
  { training_data, validation_data }: DataFields,
  assets: AssetResolver,
): Mapping {
  const file = (data: AssetInput | undefined): Mapping | undefined =>
    data === undefined ? undefined : { uri: dataUri(data, assets), jobInputType: "uri_file" };
  return {
    model: { uri: dataUri({ ...model, type: "mlflow_model" }, assets), jobInputType: "mlflow_model" },
    trainingData: file(training_data),
    validationData: file(validation_data),
  };
}

interface DataFields {
  readonly training_data?: AssetInput | undefined;
  readonly validation_data?: AssetInput | undefined;
}

/** @see CustomModelFineTuningJob._to_rest_object and AzureOpenAIFineTuningJob._to_rest_object */
export function fineTuningToRest({ fields }: FineTuningJob, assets: AssetResolver): Mapping {
  const { model_provider, task, model, hyperparameters, outputs = {}, compute, resources, queue_settings } = fields;
  const isCustom = model_provider === "custom";
  // Azure OpenAI has machines of its own.
  const { services, ...base } = baseToRest(fields, "FineTuning");
  const machines = {
    services,
    computeId: compute === undefined ? undefined : computeId(compute, assets),
    resources: ifMapping(resources, ({ instance_types }) => ({ instanceTypes: instance_types })),
    queueSettings: ifMapping(queue_settings, queueToRest),
  };
  return {
    ...base,
    ...(isCustom ? machines : {}),
    outputs: outputsToRest(outputs),
    fineTuningDetails: {
      modelProvider: providers[model_provider],
      taskType: task,
      ...trainingToRest(model, fields, assets),
      hyperParameters: isCustom || hyperparameters === undefined ? hyperparameters : camelKeys(hyperparameters),
    },
  };
}
