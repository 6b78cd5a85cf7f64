/** Sweeps of automl jobs for images and texts: fixed parameters and search spaces. @see azure/ai/ml/_schema/automl */
import { isInteger, isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { hasBinding } from "../../fields/bindings.ts";
import { type EarlyTermination, earlyTerminationOf } from "../../fields/early-termination.ts";
import type { Widen } from "../../fields/run-settings.ts";
import { type Numeric, rangeShapes } from "../../fields/search-space.ts";
import { byType, fields, listOf, oneOf } from "../../schema/containers.ts";
import { reportWrong } from "../../schema/diagnostics.ts";
import { snake, word } from "../../schema/enums.ts";
import { boolean, float, integer, number, text } from "../../schema/scalars.ts";
import { field, jsonSchema, optional, type Piece, piece, readBy } from "../../schema/schema.ts";
import { type SamplingAlgorithm, samplingAlgorithm } from "../sweep/fields.ts";

/** Parameters of a model, grouped by the type of their values. */
export interface Parameters {
  readonly booleans: Descriptions;
  readonly floats: Descriptions;
  readonly integers: Descriptions;
  readonly texts: Descriptions;
  readonly words: Readonly<Record<string, { readonly list: readonly string[]; readonly about: string }>>;
}

/** Name -> description. */
type Descriptions = Readonly<Record<string, string>>;

type Shape = Record<string, ReturnType<typeof optional<Piece<unknown>>>>;

function shapeOf(descriptions: Descriptions, type: Piece<unknown>): Shape {
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
export function trainingParametersShape({ booleans, floats, integers, texts, words }: Parameters, widen: Widen): Shape {
  return {
    ...shapeOf(booleans, widen(boolean)),
    ...shapeOf(floats, widen(float)),
    ...shapeOf(integers, widen(integer)),
    ...shapeOf(texts, text),
    // The SDK validates enum values when it reads them, so they cannot be bindings.
    ...Object.fromEntries(
      Object.entries(words).map(([name, { list, about }]) => [
        name,
        optional(word(list, snake) as Piece<unknown>, about),
      ]),
    ),
  };
}

/** An integer; neither `1.0` nor `"1"` is accepted. */
const wholeNumber: Piece<number | bigint> = piece(
  (value, report) => {
    if (!isInteger(value)) reportWrong(report, value, "a whole number");
    return value as number | bigint;
  },
  () => ({ type: "integer" }),
);

/** A list of numbers: all integers, or all converted to floats. */
const floats = (widen: Widen): Piece<readonly Numeric[]> =>
  piece(
    (value, report) => {
      const isWhole = Array.isArray(value) && value.every((item: Value) => isInteger(item) || hasBinding(item));
      return readBy(listOf(widen<Numeric>(isWhole ? wholeNumber : float)), value, report) as readonly Numeric[];
    },
    () => ({ type: "array", items: jsonSchema(widen<Numeric>(float)) }),
  );

type DistributionShape = Readonly<Record<string, Piece<unknown> | ReturnType<typeof optional<Piece<unknown>>>>>;

/** A single value, or a distribution of one of the kinds. */
function spaceOf(
  value: Piece<unknown>,
  kinds: Readonly<Record<string, DistributionShape>>,
  widen: Widen,
): Piece<unknown> {
  const distribution: Piece<unknown> = byType(
    Object.fromEntries(
      Object.entries(kinds).map(([type, shape]) => [
        type,
        fields({ type: field(word([type]), "Distribution that values are sampled from."), ...shape }) as Piece<unknown>,
      ]),
    ),
  );
  return widen(
    oneOf<unknown>((given) => (isMapping(given) ? distribution : value), "a value or a distribution", [
      value,
      distribution,
    ]),
  );
}

const aboutValues = "Values to choose from.";
const choiceOf = (value: Piece<unknown>): DistributionShape => ({
  values: optional(listOf(value) as Piece<unknown>, aboutValues),
});

/** Fields of the parameters, each with a value or a distribution; with `hasSteps`, integers may be quantized. */
export function searchSpaceShape(parameters: Parameters, widen: Widen, hasSteps: boolean): Shape {
  const randint = {
    upper: field(widen(integer), "Exclusive upper bound: values are integers from 0 up to, but not including, it."),
  };
  const { quniform, qloguniform, qnormal, qlognormal } = rangeShapes(widen<Numeric>(wholeNumber));
  const steps = hasSteps ? { quniform, qloguniform, qnormal, qlognormal } : {};
  const plain = (value: Piece<unknown>): Piece<unknown> => spaceOf(value, { choice: choiceOf(widen(value)) }, widen);
  return {
    ...shapeOf(parameters.booleans, plain(boolean)),
    ...shapeOf(
      parameters.floats,
      spaceOf(
        float,
        {
          choice: { values: optional(floats(widen) as Piece<unknown>, aboutValues) },
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
      Object.entries(parameters.words).map(([name, { list, about }]) => [
        name,
        optional(plain(word(list, snake)), about),
      ]),
    ),
  };
}

export interface AutoMLSweep {
  readonly sampling_algorithm: SamplingAlgorithm;
  readonly early_termination?: EarlyTermination | undefined;
}

export const sweepSettings = (widen: Widen): Piece<AutoMLSweep> =>
  fields({
    sampling_algorithm: field(widen(samplingAlgorithm), "Algorithm that samples the parameters of a trial."),
    early_termination: optional(widen(earlyTerminationOf(widen)), "Policy that stops trials with poor results early."),
  });

/** A section whose fields were created from a list of names. */
export const section = (shape: Shape): Piece<Mapping> => fields(shape) as unknown as Piece<Mapping>;
