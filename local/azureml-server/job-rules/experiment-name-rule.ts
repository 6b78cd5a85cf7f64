import { textAt } from "../request-and-reply.ts";
import type { JobRule } from "./job-rule.ts";

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_-]{0,255}$/;

/**
 * The name of an experiment begins with a letter or a digit, followed by letters, digits, `_` and `-`; it has at most
 * 256 characters.
 *
 * @see https://learn.microsoft.com/python/api/azureml-core/azureml.core.experiment.experiment (characters)
 * @see https://learn.microsoft.com/azure/machine-learning/resource-limits-capacity (length)
 */
export const experimentNameRule: JobRule = {
  job: (sent) => {
    const name = textAt(sent, "experimentName");
    return name === undefined || namePattern.test(name)
      ? undefined
      : { message: `The experiment name ${JSON.stringify(name)} is not valid.`, target: "experimentName" };
  },
};
