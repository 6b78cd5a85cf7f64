import type { Report } from "../../../diagnostic.ts";
import { isMapping, type Mapping, numberOf, type Value } from "../../../yaml/value.ts";
import { checkCounts, checkMinimum, checkVariables } from "../../checks/common.ts";
import { checkInputPaths } from "../../checks/input-paths.ts";
import type { CheckContext } from "../../checks/local-files.ts";
import { hasBinding } from "../../fields/bindings.ts";
import { defineJobType } from "../../job-type.ts";
import { checkDistribution, checkPolicy } from "../sweep/checks.ts";
import { AutoMLJob, automlJobSchema } from "./job.ts";

const counted = ["max_trials", "max_concurrent_trials", "max_nodes", "timeout_minutes", "trial_timeout_minutes"];

/** Checks the fields that automl jobs and automl nodes share. */
export function checkAutoml(automl: Mapping, context: CheckContext): void {
  const { report } = context;
  const { limits, sweep, search_space, n_cross_validations } = automl;
  checkTables(automl, context);
  if (isMapping(limits)) for (const field of counted) checkMinimum(limits[field], 1, ["limits", field], report);
  checkMinimum(n_cross_validations, 2, ["n_cross_validations"], report);
  for (const field of ["validation_data_size", "test_data_size"]) checkShare(automl[field], [field], report);
  if (automl.task === "forecasting") checkTimeColumn(automl.forecasting, report);
  if (isMapping(sweep)) checkSweepSettings(sweep, report);
  if (Array.isArray(search_space)) checkSearchSpace(search_space, report);
}

function checkTimeColumn(forecasting: Value | undefined, report: Report): void {
  if (isMapping(forecasting) && forecasting.time_column_name !== undefined) return;
  report({
    code: "incomplete",
    message: "is missing; a forecasting job needs a time column.",
    path: ["forecasting", "time_column_name"],
    severity: "blocker",
  });
}

function checkSearchSpace(spaces: readonly Value[], report: Report): void {
  for (const [index, space] of spaces.entries()) {
    for (const [name, value] of Object.entries(isMapping(space) ? space : {})) {
      if (isMapping(value)) checkRange(value, ["search_space", index, name], report);
    }
  }
}

function checkTables(automl: Mapping, context: CheckContext): void {
  const { training_data, validation_data, test_data } = automl;
  checkInputPaths(context, { training_data, validation_data, test_data }, []);
  if (training_data === undefined)
    context.report({
      code: "incomplete",
      message: "is missing; an automl job needs training data.",
      path: ["training_data"],
      severity: "blocker",
    });
}

/** Checks that a share is between 0 and 1, both excluded. */
function checkShare(value: Value | undefined, path: readonly PropertyKey[], report: Report): void {
  const share = numberOf(value);
  if (share !== undefined && (share <= 0 || share >= 1))
    report({
      code: "out_of_range",
      message: `is ${share}; expected more than 0 and less than 1.`,
      path,
      severity: "blocker",
    });
}

function checkSweepSettings({ sampling_algorithm, early_termination }: Mapping, report: Report): void {
  if (isMapping(sampling_algorithm)) {
    const message = "is a mapping, which Azure ML does not support here; write random, grid or bayesian.";
    report({ code: "incomplete", message, path: ["sweep", "sampling_algorithm"], severity: "blocker" });
  }
  if (isMapping(early_termination)) checkPolicy(early_termination, ["sweep", "early_termination"], report);
}

/** Checks a distribution. Azure ML receives it as one text, so its numbers cannot be bindings. */
function checkRange(distribution: Mapping, path: readonly PropertyKey[], report: Report): void {
  checkDistribution(distribution, path, report);
  for (const [field, value] of Object.entries(distribution)) {
    if (hasBinding(value))
      report({
        code: "incomplete",
        message: "is a binding, but Azure ML requires a literal value here.",
        path: [...path, field],
        severity: "blocker",
      });
  }
}

/** The job type `automl`. */
export const automlJobType = defineJobType({
  name: "automl",
  schema: automlJobSchema,
  create: (fields, known) => new AutoMLJob(fields, known),
  check(fields, context) {
    checkCounts(fields, [], context.report);
    checkVariables(fields.environment_variables, ["environment_variables"], context.report);
    checkAutoml(fields, context);
    return fields;
  },
});
