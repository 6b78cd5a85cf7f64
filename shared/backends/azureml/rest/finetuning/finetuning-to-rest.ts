import type { AssetInput } from "../../../../core/job/fields/inputs-outputs.ts";
import type { FineTuningJob } from "../../../../core/job/types/finetuning/job.ts";
import type { Mapping } from "../../../../core/yaml/value.ts";
import { type AssetResolver, computeId } from "../asset-ids/asset-ids.ts";
import { dataUri, outputsToRest } from "../fields/inputs-outputs.ts";
import { baseToRest, queueToRest } from "../fields/run-settings.ts";
import { camelKeys } from "../values/letter-case.ts";
import { ifDefined, ifMapping } from "../values/optional.ts";

const providers = { custom: "Custom", azure_open_ai: "AzureOpenAI" } as const;

/** The model and its data. As in the SDK, they are sent as an MLflow model and as files, regardless of their types. */
export function modelAndDataToRest(
  model: AssetInput,
  { training_data, validation_data }: DataFields,
  assets: AssetResolver,
): Mapping {
  const toFile = (data: AssetInput): Mapping => ({ uri: dataUri(data, assets), jobInputType: "uri_file" });
  return {
    model: { uri: dataUri({ ...model, type: "mlflow_model" }, assets), jobInputType: "mlflow_model" },
    trainingData: ifDefined(training_data, toFile),
    validationData: ifDefined(validation_data, toFile),
  };
}

interface DataFields {
  readonly training_data?: AssetInput | undefined;
  readonly validation_data?: AssetInput | undefined;
}

/**
 * The REST body of a finetuning job.
 * @see CustomModelFineTuningJob._to_rest_object and AzureOpenAIFineTuningJob._to_rest_object
 */
export function fineTuningToRest({ fields }: FineTuningJob, assets: AssetResolver): Mapping {
  const { model_provider, task, model, hyperparameters, outputs = {}, compute, resources, queue_settings } = fields;
  const isCustom = model_provider === "custom";
  // Azure OpenAI chooses the compute itself.
  const { services, ...base } = baseToRest(fields, "FineTuning");
  const computeSettings = {
    services,
    computeId: ifDefined(compute, (name) => computeId(name, assets)),
    resources: ifMapping(resources, ({ instance_types }) => ({ instanceTypes: instance_types })),
    queueSettings: ifMapping(queue_settings, queueToRest),
  };
  return {
    ...base,
    ...(isCustom ? computeSettings : {}),
    outputs: outputsToRest(outputs),
    fineTuningDetails: {
      modelProvider: providers[model_provider],
      taskType: task,
      ...modelAndDataToRest(model, fields, assets),
      hyperParameters: isCustom || hyperparameters === undefined ? hyperparameters : camelKeys(hyperparameters),
    },
  };
}
