import { isMapping, type Mapping, type Value } from "../yaml/value.ts";
import { checkBase, checkCommand, checkCounts, checkEnvironment, checkKeys, checkLeast, checkVariables } from "./checks.ts";
import { type CommandFields, CommandJob, commandFields } from "./command-job.ts";
import type { JobType } from "./job-type.ts";
import { checkCode, checkInputPaths, type FilesContext, resolveEnvironment } from "./local-files.ts";

/** Checks what a command job and a trial have in common, and puts the conda file in its place. */
export function checkCommandSettings(settings: Mapping, inputs: Value | undefined, path: readonly PropertyKey[], context: FilesContext): Mapping {
  const { find } = context;
  checkCommand(settings.command, inputs, [...path, "command"], find);
  checkEnvironment(settings.environment, [...path, "environment"], find);
  checkVariables(settings.environment_variables, [...path, "environment_variables"], find);
  checkCounts(settings, path, find);
  checkCode(context, settings.code, [...path, "code"]);
  const environment = resolveEnvironment(context, settings.environment, [...path, "environment"]);
  return environment === settings.environment ? settings : ({ ...settings, environment } as Mapping);
}

/** How command jobs are read. */
export const commandJobType: JobType = {
  schema: commandFields,
  check(fields, context) {
    const { find } = context;
    checkBase(fields, find);
    checkKeys(fields.inputs, ["inputs"], find);
    checkKeys(fields.outputs, ["outputs"], find);
    checkInputPaths(context, fields.inputs, ["inputs"]);
    if (isMapping(fields.limits)) checkLeast(fields.limits.timeout, 1, ["limits", "timeout"], find);
    return checkCommandSettings(fields, fields.inputs, [], context);
  },
  make: (fields, known) => new CommandJob(fields as unknown as CommandFields, known),
};
