import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import {
  checkBoundVariables,
  checkCommand,
  checkCounts,
  checkEnvironment,
  checkMinimum,
  checkVariables,
} from "../../checks/common.ts";
import { type CheckContext, checkCode, checkIncludes, resolveEnvironment } from "../../checks/local-files.ts";
import type { JobType } from "../../job-type.ts";
import { CommandJob, commandFields } from "./job.ts";

/** Checks the fields that command jobs and trials share; returns them with the conda file read. */
export function checkCommandSettings(
  settings: Mapping,
  inputs: Value | undefined,
  path: readonly PropertyKey[],
  context: CheckContext,
): Mapping {
  const { find } = context;
  checkCommand(settings.command, inputs, [...path, "command"], find);
  checkEnvironment(settings.environment, [...path, "environment"], find);
  checkVariables(settings.environment_variables, [...path, "environment_variables"], find);
  checkCounts(settings, path, find);
  checkCode(context, settings.code, [...path, "code"]);
  checkIncludes(context, settings.additional_includes);
  const environment = resolveEnvironment(context, settings.environment, [...path, "environment"]);
  return environment === settings.environment ? settings : { ...settings, environment };
}

/** The job type `command`. */
export const commandJobType: JobType = {
  schema: commandFields,
  jobClass: CommandJob,
  check(fields, context) {
    if (isMapping(fields.limits)) checkMinimum(fields.limits.timeout, 1, ["limits", "timeout"], context.find);
    checkBoundVariables(fields.environment_variables, ["environment_variables"], context.find);
    return checkCommandSettings(fields, fields.inputs, [], context);
  },
};
