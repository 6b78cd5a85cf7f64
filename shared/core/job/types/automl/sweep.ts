/** Sweeps of automl jobs for images and texts: fixed parameters and search spaces. @see azure/ai/ml/_schema/automl */

import type * as z from "zod/mini";
import { isInteger, isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { hasBinding } from "../../fields/bindings.ts";
import { type EarlyTermination, earlyTerminationOf } from "../../fields/early-termination.ts";
import type { Widen } from "../../fields/run-settings.ts";
import { type Numeric, rangeShapes } from "../../fields/search-space.ts";
import { byType, listOf, oneOf } from "../../schema/containers.ts";
import { choice, custom } from "../../schema/custom.ts";
import { enumOf, snake } from "../../schema/enums.ts";
import { fields } from "../../schema/fields.ts";
import { wrongType } from "../../schema/issues.ts";
import { boolean, float, integer, number, text } from "../../schema/scalars.ts";
import { optional, required, type Schema } from "../../schema/schema.ts";
import { type SamplingAlgorithm, samplingAlgorithm } from "../sweep/sweep-settings.ts";

/** Parameters of a model, grouped by the type of their values. */
export interface Parameters {
  readonly booleans: Descriptions;
  readonly floats: Descriptions;
  readonly integers: Descriptions;
  readonly texts: Descriptions;
  readonly enums: Readonly<Record<string, { readonly values: readonly string[]; readonly description: string }>>;
}

/** Name -> description. */
type Descriptions = Readonly<Record<string, string>>;

type Shape = Record<string, z.ZodMiniOptional<Schema<Value | undefined>>>;

function shapeOf(descriptions: Descriptions, type: Schema<Value | undefined>): Shape {
  return Object.fromEntries(Object.entries(descriptions).map(([name, about]) => [name, optional(type, about)]));
}

/** Limits on trials, machines and minutes. */
export const limitsShape = (widen: Widen) => ({
  max_concurrent_trials: optional(widen(integer), "Maximum number of concurrent trials."),
  max_trials: optional(widen(integer), "Maximum number of trials."),
  max_nodes: optional(widen(integer), "Maximum number of machines."),
  timeout_minutes: optional(widen(integer), "Time limit of the whole job, in minutes."),
  trial_timeout_minutes: optional(widen(integer), "Time limit of one trial, in minutes."),
});

/** Fields of the parameters, each with a fixed value. */
export function trainingParametersShape({ booleans, floats, integers, texts, enums }: Parameters, widen: Widen): Shape {
  return {
    ...shapeOf(booleans, widen(boolean)),
    ...shapeOf(floats, widen(float)),
    ...shapeOf(integers, widen(integer)),
    ...shapeOf(texts, text),
    // The SDK validates enum values when it reads them, so they cannot be bindings.
    ...Object.fromEntries(
      Object.entries(enums).map(([name, { values, description }]) => [
        name,
        optional(enumOf(values, snake), description),
      ]),
    ),
  };
}

/** An integer; neither `1.0` nor `"1"` is accepted. */
const wholeNumber: Schema<number | bigint> = custom(
  (value, payload) => (isInteger(value) ? value : wrongType(payload, "a whole number")),
  { type: "integer" },
);

/** A list of numbers: all integers, or all converted to floats. */
const floats = (widen: Widen): Schema<readonly Numeric[]> => {
  const wholeNumbers = listOf(widen<Numeric>(wholeNumber));
  const others = listOf(widen<Numeric>(float));
  return choice(
    (value) => {
      const isWhole = Array.isArray(value) && value.every((item: Value) => isInteger(item) || hasBinding(item));
      return isWhole ? wholeNumbers : others;
    },
    (convert) => convert(others),
  );
};

type DistributionShape = Readonly<Record<string, Schema<Value | undefined>>>;

/** A single value, or a distribution of one of the kinds. */
function spaceOf(
  value: Schema<Value>,
  kinds: Readonly<Record<string, DistributionShape>>,
  widen: Widen,
): Schema<Value | undefined> {
  const distribution: Schema<Value | undefined> = byType(
    Object.fromEntries(
      Object.entries(kinds).map(([type, shape]) => [
        type,
        fields({ type: required(enumOf([type]), "Distribution that values are sampled from."), ...shape }),
      ]),
    ),
  );
  return widen(
    oneOf<Value | undefined>((given) => (isMapping(given) ? distribution : value), "a value or a distribution", [
      value,
      distribution,
    ]),
  );
}

const aboutValues = "Values to choose from.";
const choiceOf = (value: Schema<Value>): DistributionShape => ({
  values: optional(listOf(value), aboutValues),
});

/** Fields of the parameters, each with a value or a distribution; with `hasSteps`, integers may be quantized. */
export function searchSpaceShape(parameters: Parameters, widen: Widen, hasSteps: boolean): Shape {
  const randint = {
    upper: required(widen(integer), "Exclusive upper bound of integer values, which start at 0."),
  };
  const { quniform, qloguniform, qnormal, qlognormal } = rangeShapes(widen<Numeric>(wholeNumber));
  const steps = hasSteps ? { quniform, qloguniform, qnormal, qlognormal } : {};
  const plain = (value: Schema<Value>): Schema<Value | undefined> =>
    spaceOf(value, { choice: choiceOf(widen(value)) }, widen);
  return {
    ...shapeOf(parameters.booleans, plain(boolean)),
    ...shapeOf(
      parameters.floats,
      spaceOf(
        float,
        {
          choice: { values: optional(floats(widen), aboutValues) },
          randint,
          ...rangeShapes(widen(number)),
        },
        widen,
      ),
    ),
    ...shapeOf(
      parameters.integers,
      spaceOf(wholeNumber, { choice: choiceOf(widen(wholeNumber)), randint, ...steps }, widen),
    ),
    ...shapeOf(parameters.texts, plain(text)),
    ...Object.fromEntries(
      Object.entries(parameters.enums).map(([name, { values, description }]) => [
        name,
        optional(plain(enumOf(values, snake)), description),
      ]),
    ),
  };
}

export type AutoMLSweep = {
  readonly sampling_algorithm: SamplingAlgorithm;
  readonly early_termination?: EarlyTermination | undefined;
};

export const sweepSettings = (widen: Widen): Schema<AutoMLSweep> =>
  fields({
    sampling_algorithm: required(widen(samplingAlgorithm), "Algorithm that samples the parameters of a trial."),
    early_termination: optional(widen(earlyTerminationOf(widen)), "Policy that stops trials with poor results early."),
  });

/** A section whose fields were created from a list of names. */
export const section = (shape: Shape): Schema<Mapping> => fields(shape);
