import type { DistillationJob } from "../../../../core/job/types/distillation/job.ts";
import { pythonText } from "../../../../core/yaml/python-text.ts";
import { type Mapping, mapValues } from "../../../../core/yaml/value.ts";
import type { AssetResolver } from "../asset-ids/asset-ids.ts";
import { outputsToRest } from "../fields/inputs-outputs.ts";
import { baseToRest } from "../fields/run-settings.ts";
import { mappingOrEmpty } from "../values/mappings.ts";
import { ifDefined } from "../values/optional.ts";
import { orderedPythonJson } from "../values/python-json.ts";
import { modelAndDataToRest } from "./finetuning-to-rest.ts";

/**
 * The REST body of a distillation job, which Azure ML runs as a finetuning job with further settings in its properties.
 * @see DistillationJob._to_rest_object
 */
export function distillationToRest({ fields }: DistillationJob, assets: AssetResolver): Mapping {
  const { student_model, hyperparameters, outputs = {} } = fields;
  const base = baseToRest(fields, "FineTuning");
  return {
    ...base,
    properties: pythonTexts({
      ...(base.properties as Mapping),
      ...distillationProperties(fields),
    }),
    outputs: outputsToRest(outputs),
    fineTuningDetails: {
      modelProvider: "Custom",
      taskType: "ChatCompletion",
      ...modelAndDataToRest(student_model, fields, assets),
      hyperParameters: ifDefined(hyperparameters, pythonTexts),
    },
  };
}

const pythonTexts = (mapping: Mapping): Mapping => mapValues(mapping, (value) => pythonText(value ?? null));

function distillationProperties(fields: Mapping): Mapping {
  const connection = mappingOrEmpty(fields.teacher_model_endpoint_connection);
  const { inference_parameters, endpoint_request_settings } = mappingOrEmpty(fields.teacher_model_settings);
  const { instance_type } = mappingOrEmpty(fields.resources);
  return {
    "azureml.enable_distillation": true,
    "azureml.data_generation_task_type": fields.data_generation_task_type,
    "azureml.teacher_model.endpoint_name": connection.name,
    "azureml.data_generation_type": fields.data_generation_type,
    "azureml.connection_information": orderedPythonJson(inSdkOrder(connection)),
    ...withPrefix("azureml", mappingOrEmpty(fields.prompt_settings)),
    ...withPrefix("azureml.teacher_model", mappingOrEmpty(inference_parameters)),
    ...withPrefix("azureml", mappingOrEmpty(endpoint_request_settings)),
    ...(typeof instance_type === "string" && instance_type !== ""
      ? { "azureml.instance_type.data_generation": instance_type }
      : {}),
  };
}

/** The settings as properties with a prefix, without nulls. */
function withPrefix(prefix: string, settings: Mapping): Mapping {
  const present = Object.entries(settings).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(present.map(([name, value]) => [`${prefix}.${name}`, value]));
}

const fieldOrder = [
  "name",
  "id",
  "description",
  "tags",
  "type",
  "target",
  "credentials",
  "is_shared",
  "metadata",
  "api_key",
  "endpoint",
];
const credentialOrder = ["type", "client_id", "client_secret"];

/** A connection with its fields in the order in which the SDK writes them. */
function inSdkOrder(connection: Mapping): Mapping {
  return {
    ...withFieldsFirst(connection, fieldOrder),
    credentials: withFieldsFirst(mappingOrEmpty(connection.credentials), credentialOrder),
  };
}

/** A mapping with the named fields first. */
function withFieldsFirst(mapping: Mapping, names: readonly string[]): Mapping {
  const first = names.filter((name) => mapping[name] !== undefined).map((name) => [name, mapping[name]] as const);
  return { ...Object.fromEntries(first), ...mapping };
}
