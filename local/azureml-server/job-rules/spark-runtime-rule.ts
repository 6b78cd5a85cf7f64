import type { JobRule } from "./job-rule.ts";

const versionPattern = /^3\.[2-5](\.\d+)?$/;

/**
 * Serverless Spark runs known versions only, given as numbers. The documentation lists the supported ones; older ones
 * are accepted here as well, because public examples have them.
 *
 * @see https://learn.microsoft.com/azure/machine-learning/reference-yaml-job-spark (`resources.runtime_version`)
 */
export const sparkRuntimeRule: JobRule = {
  task: ({ runtimeVersion, place }) =>
    runtimeVersion === undefined || runtimeVersion === null || versionPattern.test(String(runtimeVersion))
      ? undefined
      : {
          message: `The Spark runtime version ${runtimeVersion} is not supported; expected 3.2, 3.3, 3.4 or 3.5.`,
          target: `${place}resources.runtimeVersion`,
        },
};
