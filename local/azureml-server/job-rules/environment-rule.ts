import type { JobRule } from "./job-rule.ts";

/**
 * A command needs an environment; Spark has one of its own.
 *
 * @see https://learn.microsoft.com/azure/machine-learning/reference-yaml-job-command (`environment` is required)
 */
export const environmentRule: JobRule = {
  task: ({ type, environment, environmentField, place }) =>
    type === "spark" || (environment !== undefined && environment !== null && environment !== "")
      ? undefined
      : { message: "The environment of the command is missing.", target: `${place}${environmentField}` },
};
