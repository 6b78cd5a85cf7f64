/** What a sweep job and a sweep node have in common. @see azure/ai/ml/_schema/_sweep */
import { isMapping } from "../../../yaml/value.ts";
import { bindable } from "../../fields/bindings.ts";
import { earlyTerminationOf } from "../../fields/early-termination.ts";
import { jobResources, queueSettings, type Widen } from "../../fields/run-settings.ts";
import { distributionOf, type Numeric } from "../../fields/search-space.ts";
import { byType, fields, mapOf, oneOf } from "../../schema/containers.ts";
import { aboutQueue, aboutResources } from "../../schema/descriptions.ts";
import { lower, snake, word } from "../../schema/enums.ts";
import { float, integer, text } from "../../schema/scalars.ts";
import { field, jsonSchema, optional, type Piece, piece, readBy } from "../../schema/schema.ts";

const algorithms = ["random", "grid", "bayesian"] as const;

/** How trials are drawn. */
export type SamplingAlgorithm =
  | (typeof algorithms)[number]
  | {
      readonly type: string;
      readonly seed?: number | bigint | undefined;
      readonly logbase?: string | Numeric | undefined;
      readonly rule?: "random" | "sobol" | undefined;
    };

/** A number, which becomes a float, or text. */
export const floatOrText: Piece<string | Numeric> = piece(
  (value, report) => {
    if (typeof value !== "string") return readBy(float, value, report) as Numeric;
    return readBy(float, value, () => {}) ?? value;
  },
  () => ({ type: ["number", "string"] }),
);

const algorithmKinds: Readonly<Record<string, Piece<Exclude<SamplingAlgorithm, string>>>> = {
  random: fields({
    type: field(word(["random"], snake), "How trials are drawn."),
    seed: optional(integer, "The number that makes the draw repeatable."),
    logbase: optional(floatOrText, "The base of the logarithm with which a sobol sequence draws: a number or `e`."),
    rule: optional(
      word(["random", "sobol"], snake),
      "Whether values are drawn at random or by a sobol sequence, which covers the space evenly.",
    ),
  }),
  grid: fields({ type: field(word(["grid"], snake), "How trials are drawn.") }),
  bayesian: fields({ type: field(word(["bayesian"], snake), "How trials are drawn.") }),
};
const algorithmWord = word(algorithms, lower);
const algorithmFields = byType(algorithmKinds, snake);

export const samplingAlgorithm: Piece<SamplingAlgorithm> = oneOf<SamplingAlgorithm>(
  (value) => (isMapping(value) ? algorithmFields : algorithmWord),
  `one of ${algorithms.join(", ")}`,
  [algorithmWord, algorithmFields],
);

/** Seconds; the service reads less than a minute as days, so the SDK makes a minute of it, as of any negative number. */
const timeout: Piece<number | bigint> = piece(
  (value, report) => {
    const seconds = readBy(integer, value, report) ?? 0;
    return seconds === 0 || seconds > 60 ? seconds : 60;
  },
  () => jsonSchema(integer),
);

function sweepFieldsOf(widen: Widen) {
  return {
    objective: field(
      fields({
        goal: field(widen(word(["minimize", "maximize"], snake)), "Whether a small or a large metric is good."),
        primary_metric: field(widen(text), "The metric that trials are compared by, as the command logs it."),
      }),
      "What makes a trial the best one.",
    ),
    limits: field(
      fields({
        max_total_trials: field(widen(integer), "The most trials."),
        max_concurrent_trials: optional(widen(integer), "The most trials at once."),
        timeout: optional(widen(timeout), "Seconds for the whole sweep; less than a minute is taken for a minute."),
        trial_timeout: optional(widen(timeout), "Seconds for one trial; less than a minute is taken for a minute."),
      }),
      "How many trials there are, and for how long.",
    ),
    sampling_algorithm: optional(widen(samplingAlgorithm), "How the parameters of a trial are drawn."),
    search_space: optional(
      mapOf(widen(distributionOf(widen))),
      "The parameters, and what their values are drawn from.",
    ),
    early_termination: optional(widen(earlyTerminationOf(widen)), "When trials that do badly are ended."),
  };
}

export const sweepFields = {
  ...sweepFieldsOf((type) => type),
  queue_settings: optional(queueSettings, aboutQueue),
  resources: optional(jobResources, aboutResources),
};
/** In a node of a pipeline. */
export const boundSweepFields = sweepFieldsOf(bindable);
