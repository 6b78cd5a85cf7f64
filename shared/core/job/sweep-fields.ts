/** What a sweep job and a sweep node have in common. @see azure/ai/ml/_schema/_sweep */
import { type Float, isInteger, isMapping, numberOf, type Value } from "../yaml/value.ts";
import { bindable } from "./bindings.ts";
import { byType, fields, listOf, lookUp, mapOf, oneOf } from "./composites.ts";
import { aboutQueue, aboutResources } from "./descriptions.ts";
import { field, jsonSchema, optional, type Piece, piece, readBy } from "./piece.ts";
import { jobResources, queueSettings, type Widen } from "./run-settings.ts";
import { anyMapping, float, integer, number, text } from "./scalars.ts";
import { lower, snake, word } from "./words.ts";

export type Numeric = number | bigint | Float;

/** A distribution that trials draw a value of a parameter from. */
export interface SearchDistribution {
  readonly type: string;
  readonly values?: readonly ChoiceValue[] | undefined;
  readonly min_value?: Numeric | undefined;
  readonly max_value?: Numeric | undefined;
  readonly mu?: Numeric | undefined;
  readonly sigma?: Numeric | undefined;
  readonly q?: Numeric | undefined;
  readonly upper?: number | bigint | undefined;
}
/** One of the values of a choice: a value, or parameters with values or distributions of their own. */
export type ChoiceValue = string | Numeric | Readonly<Record<string, string | Numeric | SearchDistribution>>;

/** A whole number, or a float, which text of one becomes. */
const choiceNumber: Piece<Numeric> = piece(
  (value, report) => (isInteger(value) ? value : (readBy(float, value, report) as Numeric)),
  () => jsonSchema(float),
);

/** Text that reads as a number becomes a float, because the SDK tries that first. */
const numberOrText: Piece<string | Numeric> = piece(
  (value, report) => {
    if (typeof value !== "string") return readBy(choiceNumber, value, report) as Numeric;
    return readBy(float, value, () => {}) ?? value;
  },
  () => ({ type: ["number", "string"] }),
);

const nestedValue: Piece<string | Numeric | SearchDistribution> = oneOf<string | Numeric | SearchDistribution>(
  (value) => (isMapping(value) ? distribution : numberOrText),
  "text, a number or a distribution",
  // A distribution holds values like this one, without end.
  [numberOrText, anyMapping as Piece<object> as Piece<SearchDistribution>],
);
const nestedValues = mapOf(nestedValue);

const choiceValue: Piece<ChoiceValue> = oneOf<ChoiceValue>(
  (value) => {
    if (isMapping(value)) return nestedValues;
    return typeof value === "string" ? text : numberOf(value) === undefined ? undefined : choiceNumber;
  },
  "text, a number or a mapping of parameters",
  [text, choiceNumber, nestedValues],
);

/** Fields of the distributions that are described by numbers of one kind. */
export function rangeShapes(number: Piece<Numeric>) {
  const bounds = { min_value: field(number, "The smallest value."), max_value: field(number, "The largest value.") };
  const normal = { mu: field(number, "The mean."), sigma: field(number, "The standard deviation.") };
  const step = { q: field(number, "Values are rounded to multiples of it.") };
  return {
    ...{ uniform: bounds, loguniform: bounds, quniform: { ...bounds, ...step }, qloguniform: { ...bounds, ...step } },
    ...{ normal, lognormal: normal, qnormal: { ...normal, ...step }, qlognormal: { ...normal, ...step } },
  };
}

function distributionOf(widen: Widen): Piece<SearchDistribution> {
  const kinds = {
    ...rangeShapes(widen(number)),
    randint: { upper: field(widen(integer), "The bound that whole numbers from 0 stay below.") },
    choice: { values: optional(listOf(choiceValue), "The values to choose from.") },
  };
  return byType(
    Object.fromEntries(
      Object.entries(kinds).map(([type, shape]) => [
        type,
        fields({ type: field(word([type]), "How values are drawn."), ...shape }) as Piece<SearchDistribution>,
      ]),
    ),
  );
}

const distribution = distributionOf((type) => type);

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
    rule: optional(word(["random", "sobol"], snake), "Whether values are drawn at random or by a sobol sequence, which covers the space evenly."),
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

/** When trials are ended before their time. Null is not the default to the SDK, so it is kept. */
export interface EarlyTermination {
  readonly type: string;
  readonly evaluation_interval?: number | bigint | null | undefined;
  readonly delay_evaluation?: number | bigint | null | undefined;
  readonly slack_factor?: Numeric | null | undefined;
  readonly slack_amount?: Numeric | null | undefined;
  readonly truncation_percentage?: number | bigint | undefined;
}

export function orNull<T>(inner: Piece<T>): Piece<T | null> {
  return piece(
    (value, report) => (value === null ? null : (readBy(inner, value, report) as T)),
    () => ({ anyOf: [jsonSchema(inner), { type: "null" }] }),
  );
}

const noSlack = readFloat(0);

const aboutPolicy = "Which trials are ended: those behind the best one, below the median, or the worst share.";

type Policy = readonly [Piece<EarlyTermination>, defaults: Omit<EarlyTermination, "type">];

function policiesOf(widen: Widen): Readonly<Record<string, Policy>> {
  const count = widen(orNull(integer));
  const slack = widen(orNull(float));
  const intervals = {
    evaluation_interval: optional(count, "How often the policy is applied: each time the metric is logged so many times."),
    delay_evaluation: optional(count, "After how many intervals the policy is applied first."),
  };
  return {
    bandit: [
      fields({
        type: field(word(["bandit"], snake), aboutPolicy),
        ...intervals,
        slack_factor: optional(slack, "How far a trial may be behind the best one, as a ratio."),
        slack_amount: optional(slack, "How far a trial may be behind the best one, as an amount."),
      }),
      { delay_evaluation: 0, evaluation_interval: 0, slack_amount: noSlack, slack_factor: noSlack },
    ],
    median_stopping: [fields({ type: field(word(["median_stopping"], snake), aboutPolicy), ...intervals }), { delay_evaluation: 0, evaluation_interval: 1 }],
    truncation_selection: [
      fields({
        type: field(word(["truncation_selection"], snake), aboutPolicy),
        ...intervals,
        truncation_percentage: field(widen(integer), "The share of the worst trials that is ended at each interval, in percent."),
      }),
      { delay_evaluation: 0, evaluation_interval: 0 },
    ],
  };
}

function readFloat(value: number): Numeric {
  return float.parse(value) as Numeric;
}

export function earlyTerminationOf(widen: Widen): Piece<EarlyTermination> {
  const policies = policiesOf(widen);
  const anyPolicy = byType<EarlyTermination>(Object.fromEntries(Object.entries(policies).map(([name, [policy]]) => [name, policy])), snake);
  return piece(
    (value, report) => {
      const type = isMapping(value) && typeof value.type === "string" ? snake(value.type) : undefined;
      const [policy, defaults] = (type === undefined ? undefined : lookUp(policies, type)) ?? [anyPolicy, {}];
      return { ...defaults, ...(readBy(policy, value as Value, report) ?? { type: "" }) };
    },
    () => jsonSchema(anyPolicy),
  );
}

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
    search_space: optional(mapOf(widen(distributionOf(widen))), "The parameters, and what their values are drawn from."),
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
