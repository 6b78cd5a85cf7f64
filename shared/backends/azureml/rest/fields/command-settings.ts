/** The settings that a command job and the trial of a sweep share. */
import { environmentVariableTexts } from "../../../../core/job/fields/environment-variables.ts";
import type { CommandJob } from "../../../../core/job/types/command/job.ts";
import type { Mapping } from "../../../../core/yaml/value.ts";
import { type AssetResolver, codeId } from "../asset-ids/asset-ids.ts";
import { ifDefined, ifMapping } from "../values/optional.ts";
import { environmentId } from "./environment.ts";
import { distributionToRest, resourcesToRest } from "./run-settings.ts";

type CommandSettings = Pick<
  CommandJob["fields"],
  "command" | "code" | "environment" | "environment_variables" | "resources" | "distribution"
>;

export function commandSettingsToRest(settings: CommandSettings, assets: AssetResolver): Mapping {
  const { command, code, environment, environment_variables = {}, resources, distribution } = settings;
  return {
    command: withDoubleBraces(command),
    codeId: ifDefined(code, (path) => codeId(path, assets)),
    environmentId: environmentId(environment, assets),
    environmentVariables: environmentVariableTexts(environment_variables),
    distribution: ifMapping(distribution, distributionToRest),
    resources: ifMapping(resources, resourcesToRest),
  };
}

/** Rewrites bindings of the old form `{inputs.x}`. @see map_single_brackets_and_warn of the SDK */
function withDoubleBraces(command: string): string {
  return command.replaceAll(/(?<!\{)\{(inputs|outputs|search_space)\.([^}]*)\}(?!\})/g, "$${{$1.$2}}");
}
