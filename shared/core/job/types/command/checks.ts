import { isMapping, type Mapping } from "../../../yaml/value.ts";
import { checkCode } from "../../checks/check-code.ts";
import type { CommandPorts } from "../../checks/command-references.ts";
import {
  checkBoundVariables,
  checkCommand,
  checkCounts,
  checkEnvironment,
  checkMinimum,
  checkVariables,
} from "../../checks/common.ts";
import { type CheckContext, checkIncludes } from "../../checks/local-files.ts";
import { resolveEnvironment } from "../../checks/resolve-environment.ts";
import { defineJobType } from "../../job-type.ts";
import { CommandJob, commandFields } from "./job.ts";

/** Checks the fields that command jobs and trials share; returns them with the conda file read. */
export function checkCommandSettings<Settings extends Mapping>(
  settings: Settings,
  ports: CommandPorts,
  path: readonly PropertyKey[],
  context: CheckContext,
): Settings {
  const { report } = context;
  checkCommand(settings.command, ports, [...path, "command"], report);
  checkVariables(settings.environment_variables, [...path, "environment_variables"], report);
  checkCounts(settings, path, report);
  checkCode(context, settings.code, [...path, "code"], ports.isComponent === true ? "component" : "job");
  checkIncludes(context, settings.additional_includes);
  const environment = resolveEnvironment(context, settings.environment, [...path, "environment"]);
  checkEnvironment(environment, [...path, "environment"], report);
  return environment === settings.environment ? settings : { ...settings, environment };
}

/** The job type `command`. */
export const commandJobType = defineJobType({
  name: "command",
  schema: commandFields,
  create: (fields, known) => new CommandJob(fields, known),
  check(fields, context) {
    if (isMapping(fields.limits)) checkMinimum(fields.limits.timeout, 1, ["limits", "timeout"], context.report);
    checkBoundVariables(fields.environment_variables, ["environment_variables"], context.report);
    return checkCommandSettings(fields, { inputs: fields.inputs, outputs: fields.outputs ?? {} }, [], context);
  },
});
