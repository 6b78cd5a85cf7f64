import type { DistillationJob } from "../../../../core/job/types/distillation/job.ts";
import { pythonText } from "../../../../core/yaml/python-text.ts";
import { isMapping, type Mapping, mapValues, type Value } from "../../../../core/yaml/value.ts";
import type { AssetResolver } from "../asset-ids/asset-ids.ts";
import { outputsToRest } from "../fields/inputs-outputs.ts";
import { baseToRest } from "../fields/run-settings.ts";
import { orderedPythonJson } from "../values/python-json.ts";
import { trainingToRest } from "./finetuning-to-rest.ts";

/**
 * Azure ML has no distillation yet: it is a finetuning whose properties say the rest.
 * @see DistillationJob._to_rest_object
 */
export function distillationToRest({ fields }: DistillationJob, assets: AssetResolver): Mapping {
  const { student_model, hyperparameters, outputs = {} } = fields;
  const base = baseToRest(fields, "FineTuning");
  return {
    ...base,
    properties: texts({ ...(base.properties as Mapping), ...ownProperties(fields as unknown as Mapping) }),
    outputs: outputsToRest(outputs),
    fineTuningDetails: {
      modelProvider: "Custom",
      taskType: "ChatCompletion",
      ...trainingToRest(student_model, fields, assets),
      hyperParameters: hyperparameters === undefined ? undefined : texts(hyperparameters),
    },
  };
}

const texts = (mapping: Mapping): Mapping => mapValues(mapping, (value) => pythonText(value ?? null));

function ownProperties(fields: Mapping): Mapping {
  const connection = mappingOf(fields.teacher_model_endpoint_connection);
  const { inference_parameters, endpoint_request_settings } = mappingOf(fields.teacher_model_settings);
  const { instance_type } = mappingOf(fields.resources);
  return {
    "azureml.enable_distillation": true,
    "azureml.data_generation_task_type": fields.data_generation_task_type,
    "azureml.teacher_model.endpoint_name": connection.name,
    "azureml.data_generation_type": fields.data_generation_type,
    "azureml.connection_information": orderedPythonJson(inOrder(connection)),
    ...named("azureml", mappingOf(fields.prompt_settings)),
    ...named("azureml.teacher_model", mappingOf(inference_parameters)),
    ...named("azureml", mappingOf(endpoint_request_settings)),
    ...(typeof instance_type === "string" && instance_type !== ""
      ? { "azureml.instance_type.data_generation": instance_type }
      : {}),
  };
}

function mappingOf(value: Value | undefined): Mapping {
  return isMapping(value) ? value : {};
}

function named(prefix: string, settings: Mapping): Mapping {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(given.map(([name, value]) => [`${prefix}.${name}`, value]));
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

/** A connection with its fields in the order in which the SDK prints them. */
function inOrder(connection: Mapping): Mapping {
  return { ...sorted(connection, fieldOrder), credentials: sorted(mappingOf(connection.credentials), credentialOrder) };
}

/** The named fields first. */
function sorted(mapping: Mapping, names: readonly string[]): Mapping {
  const first = names.filter((name) => mapping[name] !== undefined).map((name) => [name, mapping[name]] as const);
  return { ...Object.fromEntries(first), ...mapping };
}
