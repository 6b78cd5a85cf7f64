import type { Report } from "../../../diagnostic.ts";
import { isMapping, type Mapping, numberOf, type Value } from "../../../yaml/value.ts";
import { replacement } from "../../checks/command-references.ts";
import { checkBoundVariables, checkCounts, checkMinimum, checkNames } from "../../checks/common.ts";
import { defineJobType } from "../../job-type.ts";
import { closest } from "../../schema/closest.ts";
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
  report: Report,
  path: readonly PropertyKey[] = [],
): void {
  const { limits, early_termination, search_space, sampling_algorithm } = sweep;
  if (isMapping(limits)) {
    for (const field of ["max_total_trials", "max_concurrent_trials"])
      checkMinimum(limits[field], 1, [...path, "limits", field], report);
  }
  if (isMapping(early_termination)) checkPolicy(early_termination, [...path, "early_termination"], report);
  if (!isMapping(search_space) || Object.keys(search_space).length === 0) {
    report({
      code: "incomplete",
      message: "is empty; a sweep needs at least one parameter.",
      path: [...path, "search_space"],
      severity: "blocker",
    });
    return;
  }
  checkNames(search_space, [...path, "search_space"], report);
  const algorithm = isMapping(sampling_algorithm) ? sampling_algorithm.type : sampling_algorithm;
  const supported = typeof algorithm === "string" ? supportedDistributions[algorithm] : undefined;
  for (const [name, distribution] of Object.entries(search_space)) {
    if (!isMapping(distribution)) continue;
    const distributionPath = [...path, "search_space", name];
    checkDistribution(distribution, distributionPath, report);
    if (supported !== undefined && !supported.includes(String(distribution.type))) {
      const type = String(distribution.type);
      const message = `is ${type}, which ${algorithm} sampling does not support; expected ${supported.join(", ")}.`;
      report({ code: "conflict", message, path: [...distributionPath, "type"], severity: "warning" });
    }
  }
  if (typeof command === "string") checkParameterReferences(command, search_space, path, report);
}

function checkParameterReferences(
  command: string,
  searchSpace: Mapping,
  path: readonly PropertyKey[],
  report: Report,
): void {
  const known = new Set(
    Object.entries(searchSpace).flatMap(([name, distribution]) => [name, ...nestedNames(distribution)]),
  );
  const used = new Set(Array.from(command.matchAll(/\$\{\{search_space\.([\w.-]+)\}\}/g), (match) => match[1] ?? ""));
  for (const name of used) {
    if (known.has(name)) continue;
    const text = `\${{search_space.${name}}}`;
    const guess = closest(name, [...known]);
    const advice = guess === undefined ? "." : `. Did you mean ${guess}?`;
    report({
      code: "unknown_input",
      message: `uses ${text}, but the search space has no such parameter${advice}`,
      path: [...path, "trial", "command"],
      severity: "blocker",
      ...replacement(command, text, guess === undefined ? undefined : `\${{search_space.${guess}}}`),
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

export function checkPolicy(policy: Mapping, path: readonly PropertyKey[], report: Report): void {
  for (const field of ["evaluation_interval", "delay_evaluation", "slack_factor", "slack_amount"])
    checkMinimum(policy[field], 0, [...path, field], report);
  const percentage = numberOf(policy.truncation_percentage);
  if (percentage !== undefined && (percentage < 1 || percentage > 99)) {
    report({
      code: "out_of_range",
      message: `is ${percentage}; expected 1 to 99.`,
      path: [...path, "truncation_percentage"],
      severity: "blocker",
    });
  }
}

export function checkDistribution(distribution: Mapping, path: readonly PropertyKey[], report: Report): void {
  if (distribution.type === "choice") checkChoice(distribution.values, [...path, "values"], report);
  else checkRange(distribution, path, report);
}

/** Checks the values of a choice, and the distributions nested in them. */
function checkChoice(values: Value | undefined, path: readonly PropertyKey[], report: Report): void {
  if (!Array.isArray(values) || values.length === 0) {
    report({ code: "incomplete", message: "is empty; a choice needs at least one value.", path, severity: "blocker" });
    return;
  }
  for (const [index, value] of values.entries()) {
    for (const [name, inner] of Object.entries(isMapping(value) ? value : {}))
      if (isMapping(inner)) checkDistribution(inner, [...path, index, name], report);
  }
}

/** Checks the numbers that describe a distribution. */
function checkRange(distribution: Mapping, path: readonly PropertyKey[], report: Report): void {
  const min = numberOf(distribution.min_value);
  const max = numberOf(distribution.max_value);
  if (min !== undefined && max !== undefined && min > max) {
    report({
      code: "out_of_range",
      message: `is ${min}; expected at most ${max}, the max_value.`,
      path: [...path, "min_value"],
      severity: "blocker",
    });
  }
  checkMinimum(distribution.upper, 1, [...path, "upper"], report);
  for (const field of ["sigma", "q"]) {
    const number = numberOf(distribution[field]);
    if (number !== undefined && number <= 0)
      report({
        code: "out_of_range",
        message: `is ${number}; expected more than 0.`,
        path: [...path, field],
        severity: "blocker",
      });
  }
}

/** The job type `sweep`. */
export const sweepJobType = defineJobType({
  name: "sweep",
  schema: sweepJobFields,
  create: (fields, known) => new SweepJob(fields, known),
  check(fields, context) {
    const { report } = context;
    checkCounts(fields, [], report);
    const { trial } = fields;
    checkSweep(fields, trial.command, report);
    checkBoundVariables(trial.environment_variables, ["trial", "environment_variables"], report);
    const ports = { inputs: fields.inputs, outputs: fields.outputs ?? {}, searchSpace: fields.search_space };
    const checked = checkCommandSettings(trial, ports, ["trial"], context);
    return checked === trial ? fields : { ...fields, trial: checked };
  },
});
