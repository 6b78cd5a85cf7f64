/** What a sweep job and a sweep node have in common. @see azure/ai/ml/_schema/_sweep */
import { type Float, isInteger, isMapping, numberOf, type Value } from "../yaml/value.ts";
import { bindable } from "./bindings.ts";
import { jobResources, queueSettings, type Widen } from "./run-settings.ts";
import {
  anyMapping,
  byType,
  fields,
  float,
  integer,
  jsonSchema,
  listOf,
  lookUp,
  lower,
  mapOf,
  number,
  oneOf,
  optional,
  type Piece,
  piece,
  readBy,
  snake,
  text,
  word,
} from "./schema.ts";

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
  () => ({ type: "number" }),
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
  const bounds = { min_value: number, max_value: number };
  const normal = { mu: number, sigma: number };
  const step = { q: number };
  return {
    ...{ uniform: bounds, loguniform: bounds, quniform: { ...bounds, ...step }, qloguniform: { ...bounds, ...step } },
    ...{ normal, lognormal: normal, qnormal: { ...normal, ...step }, qlognormal: { ...normal, ...step } },
  };
}

function distributionOf(widen: Widen): Piece<SearchDistribution> {
  const kinds = {
    ...rangeShapes(widen(number)),
    randint: { upper: widen(integer) },
    choice: { values: optional(listOf(choiceValue)) },
  };
  return byType(
    Object.fromEntries(Object.entries(kinds).map(([type, shape]) => [type, fields({ type: word([type]), ...shape }) as Piece<SearchDistribution>])),
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
  random: fields({ type: word(["random"], snake), seed: optional(integer), logbase: optional(floatOrText), rule: optional(word(["random", "sobol"], snake)) }),
  grid: fields({ type: word(["grid"], snake) }),
  bayesian: fields({ type: word(["bayesian"], snake) }),
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

type Policy = readonly [Piece<EarlyTermination>, defaults: Omit<EarlyTermination, "type">];

function policiesOf(widen: Widen): Readonly<Record<string, Policy>> {
  const count = optional(widen(orNull(integer)));
  const slack = optional(widen(orNull(float)));
  const intervals = { evaluation_interval: count, delay_evaluation: count };
  return {
    bandit: [
      fields({ type: word(["bandit"], snake), ...intervals, slack_factor: slack, slack_amount: slack }),
      { delay_evaluation: 0, evaluation_interval: 0, slack_amount: noSlack, slack_factor: noSlack },
    ],
    median_stopping: [fields({ type: word(["median_stopping"], snake), ...intervals }), { delay_evaluation: 0, evaluation_interval: 1 }],
    truncation_selection: [
      fields({ type: word(["truncation_selection"], snake), ...intervals, truncation_percentage: widen(integer) }),
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
  () => ({ type: "integer" }),
);

function sweepFieldsOf(widen: Widen) {
  return {
    objective: fields({ goal: widen(word(["minimize", "maximize"], snake)), primary_metric: widen(text) }),
    limits: fields({
      max_total_trials: widen(integer),
      max_concurrent_trials: optional(widen(integer)),
      timeout: optional(widen(timeout)),
      trial_timeout: optional(widen(timeout)),
    }),
    sampling_algorithm: optional(widen(samplingAlgorithm)),
    search_space: optional(mapOf(widen(distributionOf(widen)))),
    early_termination: optional(widen(earlyTerminationOf(widen))),
  };
}

export const sweepFields = { ...sweepFieldsOf((type) => type), queue_settings: optional(queueSettings), resources: optional(jobResources) };
/** In a node of a pipeline. */
export const boundSweepFields = sweepFieldsOf(bindable);
