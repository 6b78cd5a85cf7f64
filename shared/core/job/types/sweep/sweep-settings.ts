/** Fields that sweep jobs and sweep nodes share. @see azure/ai/ml/_schema/_sweep */

import * as z from "zod/mini";
import { isMapping } from "../../../yaml/value.ts";
import { bindable } from "../../fields/bindings.ts";
import { earlyTerminationOf } from "../../fields/early-termination.ts";
import { jobResources, queueSettings, type Widen } from "../../fields/run-settings.ts";
import { distributionOf, type Numeric } from "../../fields/search-space.ts";
import { byType, mapOf, oneOf } from "../../schema/containers.ts";
import { custom, parsePart, transformed, tryParse } from "../../schema/custom.ts";
import { aboutQueue, aboutResources } from "../../schema/descriptions.ts";
import { enumOf, lower, snake } from "../../schema/enums.ts";
import { fields } from "../../schema/fields.ts";
import { float, integer, seconds, text } from "../../schema/scalars.ts";
import { optional, required, type Schema } from "../../schema/schema.ts";

const algorithms = ["random", "grid", "bayesian"] as const;

/** The algorithm that samples the parameters of trials. */
export type SamplingAlgorithm =
  | (typeof algorithms)[number]
  | {
      readonly type: string;
      readonly seed?: number | bigint | undefined;
      readonly logbase?: string | Numeric | undefined;
      readonly rule?: "random" | "sobol" | undefined;
    };

/** A number or text; numbers and numeric text become floats. */
export const floatOrText: Schema<string | Numeric> = custom(
  (value, payload, context) =>
    typeof value === "string"
      ? (tryParse(float, value, context) ?? value)
      : (parsePart(float, value, payload, context) ?? z.NEVER),
  { type: ["number", "string"] },
);

const algorithmKinds: Readonly<Record<string, Schema<Exclude<SamplingAlgorithm, string>>>> = {
  random: fields({
    type: required(enumOf(["random"], snake), "Sampling algorithm of the trials."),
    seed: optional(integer, "Random seed that makes sampling reproducible."),
    logbase: optional(floatOrText, "Base of the logarithm of a Sobol sequence: a number or `e`."),
    rule: optional(
      enumOf(["random", "sobol"], snake),
      "Sampling rule: at random, or by a Sobol sequence, which covers the space evenly.",
    ),
  }),
  grid: fields({ type: required(enumOf(["grid"], snake), "Sampling algorithm of the trials.") }),
  bayesian: fields({ type: required(enumOf(["bayesian"], snake), "Sampling algorithm of the trials.") }),
};
const algorithmWord = enumOf(algorithms, lower);
const algorithmFields = byType(algorithmKinds, snake);

export const samplingAlgorithm: Schema<SamplingAlgorithm> = oneOf<SamplingAlgorithm>(
  (value) => (isMapping(value) ? algorithmFields : algorithmWord),
  `one of ${algorithms.join(", ")}`,
  [algorithmWord, algorithmFields],
);

/**
 * A duration in seconds. Values below 60 except 0, including negative ones, become 60, as in the SDK, because Azure ML
 * would read them as days.
 */
const timeout = transformed<number | bigint, number | bigint>(seconds, (given) =>
  given === 0 || given > 60 ? given : 60,
);

function sweepFieldsOf(widen: Widen) {
  return {
    objective: required(
      fields({
        goal: required(widen(enumOf(["minimize", "maximize"], snake)), "Goal: minimize or maximize the metric."),
        primary_metric: required(
          widen(text),
          "Metric that trials are compared by, under the name that the command logs.",
        ),
      }),
      "Objective that the trials are compared by.",
    ),
    limits: required(
      fields({
        max_total_trials: required(widen(integer), "Maximum number of trials."),
        max_concurrent_trials: optional(widen(integer), "Maximum number of concurrent trials."),
        timeout: optional(widen(timeout), "Time limit of the whole sweep, in seconds; values below 60 become 60."),
        trial_timeout: optional(widen(timeout), "Time limit of one trial, in seconds; values below 60 become 60."),
      }),
      "Limits on the number and the duration of trials.",
    ),
    sampling_algorithm: optional(widen(samplingAlgorithm), "Algorithm that samples the parameters of a trial."),
    search_space: optional(mapOf(widen(distributionOf(widen))), "Parameters of the sweep, each with a distribution."),
    early_termination: optional(widen(earlyTerminationOf(widen)), "Policy that stops trials with poor results early."),
  };
}

export const sweepFields = {
  ...sweepFieldsOf((type) => type),
  queue_settings: optional(queueSettings, aboutQueue),
  resources: optional(jobResources, aboutResources),
};
/** Fields of a sweep node, whose values may be bindings. */
export const sweepNodeFields = sweepFieldsOf(bindable);
