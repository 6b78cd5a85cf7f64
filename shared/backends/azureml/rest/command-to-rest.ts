import { environmentVariableTexts } from "../../../core/job/fields/environment-variables.ts";
import type { CommandJob } from "../../../core/job/types/command/job.ts";
import type { Mapping, Value } from "../../../core/yaml/value.ts";
import { type AssetResolver, codeId, computeId } from "./asset-ids/asset-ids.ts";
import { environmentId } from "./fields/environment.ts";
import { inputsToRest, outputsToRest } from "./fields/inputs-outputs.ts";
import {
  baseToRest,
  distributionToRest,
  duration,
  ifMapping,
  queueToRest,
  resourcesToRest,
} from "./fields/run-settings.ts";

/** What a command job and the trial of a sweep have in common. */
export function commandSettingsToRest(settings: CommandJob["fields"] | Trial, assets: AssetResolver): Mapping {
  const { command, code, environment, environment_variables = {}, resources, distribution } = settings;
  return {
    command: doubleBraces(command),
    codeId: code === undefined ? undefined : codeId(code, assets),
    environmentId: environmentId(environment as unknown as Value, assets),
    environmentVariables: environmentVariableTexts(environment_variables),
    distribution: ifMapping(distribution, distributionToRest),
    resources: ifMapping(resources, resourcesToRest),
  };
}

type Trial = Pick<
  CommandJob["fields"],
  "command" | "code" | "environment" | "environment_variables" | "resources" | "distribution"
>;

/** @see CommandJob._to_rest_object */
export function commandToRest({ fields }: CommandJob, assets: AssetResolver): Mapping {
  const { compute, inputs = {}, outputs = {}, limits, queue_settings, parent_job_name } = fields;
  const isLocal = compute === "local";
  const { resources, environmentVariables, ...settings } = commandSettingsToRest(fields, assets);
  return {
    ...baseToRest(fields, "Command"),
    ...settings,
    computeId: isLocal || compute === undefined ? undefined : computeId(compute, assets),
    environmentVariables: isLocal
      ? { ...(environmentVariables as Mapping), AZUREML_COMPUTE_USE_COMMON_RUNTIME: "true" }
      : environmentVariables,
    resources: isLocal ? localResources(resources as Mapping | undefined) : resources,
    inputs: inputsToRest(inputs, assets),
    outputs: outputsToRest(outputs),
    limits: ifMapping(limits, ({ timeout }) => ({ jobLimitsType: "Command", timeout: duration(timeout) })),
    queueSettings: ifMapping(queue_settings, queueToRest),
    parentJobName: parent_job_name,
  };
}

function localResources(resources: Mapping = {}): Mapping {
  return { ...resources, properties: { ...(resources.properties as Mapping), IsLocal: { IsLocal: true } } };
}

/** `{inputs.x}` is an old spelling. @see map_single_brackets_and_warn of the SDK */
function doubleBraces(command: string): string {
  return command.replaceAll(/(?<!\{)\{(inputs|outputs|search_space)\.([^}]*)\}(?!\})/g, "$${{$1.$2}}");
}
