/** Distributions that the parameters of trials are sampled from. @see azure/ai/ml/_schema/_sweep/search_space */
import { type Float, isInteger, isMapping, numberOf } from "../../yaml/value.ts";
import { byType, fields, listOf, mapOf, oneOf } from "../schema/containers.ts";
import { word } from "../schema/enums.ts";
import { anyMapping, float, integer, number, text } from "../schema/scalars.ts";
import { field, jsonSchema, optional, type Piece, piece, readBy } from "../schema/schema.ts";
import type { Widen } from "./run-settings.ts";

export type Numeric = number | bigint | Float;

/** A distribution that the value of a parameter is sampled from. */
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
/** A value of a choice: a literal, or nested parameters with values or distributions of their own. */
export type ChoiceValue = string | Numeric | Readonly<Record<string, string | Numeric | SearchDistribution>>;

/** An integer or a float; numeric text becomes a float. */
const choiceNumber: Piece<Numeric> = piece(
  (value, report) => (isInteger(value) ? value : (readBy(float, value, report) as Numeric)),
  () => jsonSchema(float),
);

/** A number or text; numeric text becomes a float, because the SDK tries numbers first. */
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
  // A distribution contains values of this kind, so its JSON Schema would be infinite.
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

/** Fields of the distributions whose parameters are numbers. */
export function rangeShapes(number: Piece<Numeric>) {
  const bounds = { min_value: field(number, "Smallest value."), max_value: field(number, "Largest value.") };
  const normal = {
    mu: field(number, "Mean of the distribution."),
    sigma: field(number, "Standard deviation of the distribution."),
  };
  const step = { q: field(number, "Step: values are rounded to its multiples.") };
  return {
    ...{ uniform: bounds, loguniform: bounds, quniform: { ...bounds, ...step }, qloguniform: { ...bounds, ...step } },
    ...{ normal, lognormal: normal, qnormal: { ...normal, ...step }, qlognormal: { ...normal, ...step } },
  };
}

export function distributionOf(widen: Widen): Piece<SearchDistribution> {
  const kinds = {
    ...rangeShapes(widen(number)),
    randint: {
      upper: field(widen(integer), "Exclusive upper bound: values are integers from 0 up to, but not including, it."),
    },
    choice: { values: optional(listOf(choiceValue), "Values to choose from.") },
  };
  return byType(
    Object.fromEntries(
      Object.entries(kinds).map(([type, shape]) => [
        type,
        fields({
          type: field(word([type]), "Distribution that values are sampled from."),
          ...shape,
        }) as Piece<SearchDistribution>,
      ]),
    ),
  );
}

const distribution = distributionOf((type) => type);
