import { isMapping, type Mapping, numberOf, type Value } from "../../../yaml/value.ts";
import { checkBoundVariables, checkCounts, checkMinimum, checkNames, type Find } from "../../checks/common.ts";
import type { JobType } from "../../job-type.ts";
import { checkCommandSettings } from "../command/checks.ts";
import { SweepJob, sweepJobFields } from "./job.ts";

/** The distributions that a sampling algorithm supports; random sampling supports all. */
const supportedDistributions: Readonly<Record<string, readonly string[]>> = {
  grid: ["choice"],
  bayesian: ["choice", "uniform", "quniform"],
};

/** Checks the fields that sweep jobs and sweep nodes share. `command` is the command of the trial, if known. */
export function checkSweep(
  sweep: Mapping,
  command: Value | undefined,
  find: Find,
  path: readonly PropertyKey[] = [],
): void {
  const { limits, early_termination, search_space, sampling_algorithm } = sweep;
  if (isMapping(limits)) {
    for (const field of ["max_total_trials", "max_concurrent_trials"])
      checkMinimum(limits[field], 1, [...path, "limits", field], find);
  }
  if (isMapping(early_termination)) checkPolicy(early_termination, [...path, "early_termination"], find);
  if (!isMapping(search_space) || Object.keys(search_space).length === 0) {
    find({
      code: "incomplete",
      message: "is empty; a sweep needs at least one parameter.",
      path: [...path, "search_space"],
      blocks: true,
    });
    return;
  }
  checkNames(search_space, [...path, "search_space"], find);
  const algorithm = isMapping(sampling_algorithm) ? sampling_algorithm.type : sampling_algorithm;
  const supported = typeof algorithm === "string" ? supportedDistributions[algorithm] : undefined;
  for (const [name, distribution] of Object.entries(search_space)) {
    if (!isMapping(distribution)) continue;
    const place = [...path, "search_space", name];
    checkDistribution(distribution, place, find);
    if (supported !== undefined && !supported.includes(String(distribution.type))) {
      const type = String(distribution.type);
      const message = `is ${type}, which ${algorithm} sampling does not support; expected ${supported.join(", ")}.`;
      find({ code: "conflict", message, path: [...place, "type"], blocks: false });
    }
  }
  if (typeof command === "string") checkParameterReferences(command, search_space, path, find);
}

function checkParameterReferences(
  command: string,
  searchSpace: Mapping,
  path: readonly PropertyKey[],
  find: Find,
): void {
  const known = new Set(
    Object.entries(searchSpace).flatMap(([name, distribution]) => [name, ...nestedNames(distribution)]),
  );
  const used = new Set(Array.from(command.matchAll(/\$\{\{search_space\.([\w.-]+)\}\}/g), (match) => match[1] ?? ""));
  for (const name of used) {
    if (known.has(name)) continue;
    find({
      code: "unknown_input",
      message: `uses \${{search_space.${name}}}, but the search space has no such parameter.`,
      path: [...path, "trial", "command"],
      blocks: true,
    });
  }
}

/** The names of parameters nested in the values of a choice. */
function nestedNames(distribution: Value | undefined): string[] {
  const values = isMapping(distribution) ? distribution.values : undefined;
  if (!Array.isArray(values)) return [];
  return values
    .filter(isMapping)
    .flatMap((value) => Object.entries(value).flatMap(([name, inner]) => [name, ...nestedNames(inner)]));
}

export function checkPolicy(policy: Mapping, path: readonly PropertyKey[], find: Find): void {
  for (const field of ["evaluation_interval", "delay_evaluation", "slack_factor", "slack_amount"])
    checkMinimum(policy[field], 0, [...path, field], find);
  const percentage = numberOf(policy.truncation_percentage);
  if (percentage !== undefined && (percentage < 1 || percentage > 99)) {
    find({
      code: "out_of_range",
      message: `is ${percentage}; expected 1 to 99.`,
      path: [...path, "truncation_percentage"],
      blocks: true,
    });
  }
}

export function checkDistribution(distribution: Mapping, path: readonly PropertyKey[], find: Find): void {
  if (distribution.type === "choice") checkChoice(distribution.values, [...path, "values"], find);
  else checkRange(distribution, path, find);
}

/** Checks the values of a choice, and the distributions nested in them. */
function checkChoice(values: Value | undefined, path: readonly PropertyKey[], find: Find): void {
  if (!Array.isArray(values) || values.length === 0) {
    find({ code: "incomplete", message: "is empty; a choice needs at least one value.", path, blocks: true });
    return;
  }
  for (const [index, value] of values.entries()) {
    for (const [name, inner] of Object.entries(isMapping(value) ? value : {}))
      if (isMapping(inner)) checkDistribution(inner, [...path, index, name], find);
  }
}

/** Checks the numbers that describe a distribution. */
function checkRange(distribution: Mapping, path: readonly PropertyKey[], find: Find): void {
  const least = numberOf(distribution.min_value);
  const most = numberOf(distribution.max_value);
  if (least !== undefined && most !== undefined && least > most) {
    find({
      code: "out_of_range",
      message: `is ${least}; expected at most ${most}, the max_value.`,
      path: [...path, "min_value"],
      blocks: true,
    });
  }
  checkMinimum(distribution.upper, 1, [...path, "upper"], find);
  for (const field of ["sigma", "q"]) {
    const number = numberOf(distribution[field]);
    if (number !== undefined && number <= 0)
      find({
        code: "out_of_range",
        message: `is ${number}; expected more than 0.`,
        path: [...path, field],
        blocks: true,
      });
  }
}

/** The job type `sweep`. */
export const sweepJobType: JobType = {
  schema: sweepJobFields,
  jobClass: SweepJob,
  check(fields, context) {
    const { find } = context;
    checkCounts(fields, [], find);
    const trial = fields.trial as Mapping;
    checkSweep(fields, trial.command, find);
    checkBoundVariables(trial.environment_variables, ["trial", "environment_variables"], find);
    const checked = checkCommandSettings(trial, fields.inputs, ["trial"], context);
    return checked === trial ? fields : { ...fields, trial: checked };
  },
};
