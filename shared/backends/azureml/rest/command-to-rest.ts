import type { CommandJob } from "../../../core/job/types/command/job.ts";
import type { Mapping } from "../../../core/yaml/value.ts";
import { type AssetResolver, computeId } from "./asset-ids/asset-ids.ts";
import { commandSettingsToRest } from "./fields/command-settings.ts";
import { inputsToRest, outputsToRest } from "./fields/inputs-outputs.ts";
import { baseToRest, duration, queueToRest } from "./fields/run-settings.ts";
import { ifDefined, ifMapping } from "./values/optional.ts";

/** The REST body of a command job. @see CommandJob._to_rest_object */
export function commandToRest({ fields }: CommandJob, assets: AssetResolver): Mapping {
  const { compute, inputs = {}, outputs = {}, limits, queue_settings, parent_job_name } = fields;
  const settings = commandSettingsToRest(fields, assets);
  return {
    ...baseToRest(fields, "Command"),
    ...(compute === "local" ? withLocalCompute(settings) : settings),
    computeId: compute === "local" ? undefined : ifDefined(compute, (name) => computeId(name, assets)),
    inputs: inputsToRest(inputs, assets),
    outputs: outputsToRest(outputs),
    limits: ifMapping(limits, ({ timeout }) => ({ jobLimitsType: "Command", timeout: duration(timeout) })),
    queueSettings: ifMapping(queue_settings, queueToRest),
    parentJobName: parent_job_name,
  };
}

function withLocalCompute(settings: Mapping): Mapping {
  const environmentVariables = settings.environmentVariables as Mapping;
  const resources = (settings.resources ?? {}) as Mapping;
  const properties = { ...(resources.properties as Mapping), IsLocal: { IsLocal: true } };
  return {
    ...settings,
    environmentVariables: { ...environmentVariables, AZUREML_COMPUTE_USE_COMMON_RUNTIME: "true" },
    resources: { ...resources, properties },
  };
}
