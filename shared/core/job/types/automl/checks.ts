import { isMapping, type Mapping, numberOf, type Value } from "../../../yaml/value.ts";
import { checkCounts, checkMinimum, checkVariables, type Find } from "../../checks/common.ts";
import { type CheckContext, checkInputPaths } from "../../checks/local-files.ts";
import { hasBinding } from "../../fields/bindings.ts";
import type { JobType } from "../../job-type.ts";
import { checkDistribution, checkPolicy } from "../sweep/checks.ts";
import { AutoMLJob } from "./job.ts";
import { automlJobFields } from "./tasks.ts";

const counted = ["max_trials", "max_concurrent_trials", "max_nodes", "timeout_minutes", "trial_timeout_minutes"];

/** Checks the fields that automl jobs and automl nodes share. */
export function checkAutoml(automl: Mapping, context: CheckContext): void {
  const { find } = context;
  const { limits, sweep, search_space, n_cross_validations } = automl;
  checkTables(automl, context);
  if (isMapping(limits)) for (const field of counted) checkMinimum(limits[field], 1, ["limits", field], find);
  checkMinimum(n_cross_validations, 2, ["n_cross_validations"], find);
  for (const field of ["validation_data_size", "test_data_size"]) checkShare(automl[field], [field], find);
  if (automl.task === "forecasting") checkTimeColumn(automl.forecasting, find);
  if (isMapping(sweep)) checkSweepSettings(sweep, find);
  if (Array.isArray(search_space)) checkSearchSpace(search_space, find);
}

function checkTimeColumn(forecasting: Value | undefined, find: Find): void {
  if (isMapping(forecasting) && forecasting.time_column_name !== undefined) return;
  find({
    code: "incomplete",
    message: "is missing; a forecasting job needs a time column.",
    path: ["forecasting", "time_column_name"],
    blocks: true,
  });
}

function checkSearchSpace(spaces: readonly Value[], find: Find): void {
  for (const [index, space] of spaces.entries()) {
    for (const [name, value] of Object.entries(isMapping(space) ? space : {})) {
      if (isMapping(value)) checkRange(value, ["search_space", index, name], find);
    }
  }
}

function checkTables(automl: Mapping, context: CheckContext): void {
  const { training_data, validation_data, test_data } = automl;
  checkInputPaths(context, { training_data, validation_data, test_data }, []);
  if (training_data === undefined)
    context.find({
      code: "incomplete",
      message: "is missing; an automl job needs training data.",
      path: ["training_data"],
      blocks: true,
    });
}

/** Checks that a share is between 0 and 1, both excluded. */
function checkShare(value: Value | undefined, path: readonly PropertyKey[], find: Find): void {
  const share = numberOf(value);
  if (share !== undefined && (share <= 0 || share >= 1))
    find({ code: "out_of_range", message: `is ${share}; expected more than 0 and less than 1.`, path, blocks: true });
}

function checkSweepSettings({ sampling_algorithm, early_termination }: Mapping, find: Find): void {
  if (isMapping(sampling_algorithm)) {
    const message = "is a mapping, which Azure ML does not support here; write random, grid or bayesian.";
    find({ code: "incomplete", message, path: ["sweep", "sampling_algorithm"], blocks: true });
  }
  if (isMapping(early_termination)) checkPolicy(early_termination, ["sweep", "early_termination"], find);
}

/** Checks a distribution. Azure ML receives it as one text, so its numbers cannot be bindings. */
function checkRange(distribution: Mapping, path: readonly PropertyKey[], find: Find): void {
  checkDistribution(distribution, path, find);
  for (const [field, value] of Object.entries(distribution)) {
    if (hasBinding(value))
      find({
        code: "incomplete",
        message: "is a binding, but Azure ML requires a literal value here.",
        path: [...path, field],
        blocks: true,
      });
  }
}

/** The job type `automl`. */
export const automlJobType: JobType = {
  schema: automlJobFields,
  jobClass: AutoMLJob,
  check(fields, context) {
    checkCounts(fields, [], context.find);
    checkVariables(fields.environment_variables, ["environment_variables"], context.find);
    checkAutoml(fields, context);
    return fields;
  },
};
