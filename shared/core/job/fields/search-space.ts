/** Distributions that the parameters of trials are sampled from. @see azure/ai/ml/_schema/_sweep/search_space */

import * as z from "zod/mini";
import { type Float, isMapping, numberOf } from "../../yaml/value.ts";
import { byType, listOf, mapOf, oneOf } from "../schema/containers.ts";
import { custom, parsePart, tryParse } from "../schema/custom.ts";
import { enumOf } from "../schema/enums.ts";
import { fields } from "../schema/fields.ts";
import { anyMapping, float, integer, number, text } from "../schema/scalars.ts";
import { optional, required, type Schema } from "../schema/schema.ts";
import type { Widen } from "./run-settings.ts";

export type Numeric = number | bigint | Float;

/** A distribution that the value of a parameter is sampled from. */
export type SearchDistribution = {
  readonly type: string;
  readonly values?: readonly ChoiceValue[] | undefined;
  readonly min_value?: Numeric | undefined;
  readonly max_value?: Numeric | undefined;
  readonly mu?: Numeric | undefined;
  readonly sigma?: Numeric | undefined;
  readonly q?: Numeric | undefined;
  readonly upper?: number | bigint | undefined;
};
/** A value of a choice: a literal, or nested parameters with values or distributions of their own. */
export type ChoiceValue = string | Numeric | Readonly<Record<string, string | Numeric | SearchDistribution>>;

/** A number or text; numeric text becomes a float, because the SDK tries numbers first. */
const numberOrText: Schema<string | Numeric> = custom(
  (value, payload, context) =>
    typeof value === "string"
      ? (tryParse(float, value, context) ?? value)
      : (parsePart(number, value, payload, context) ?? z.NEVER),
  { type: ["number", "string"] },
);

const nestedValue: Schema<string | Numeric | SearchDistribution> = oneOf<string | Numeric | SearchDistribution>(
  (value) => (isMapping(value) ? distribution : numberOrText),
  "text, a number or a distribution",
  // A distribution contains values of this kind, so its JSON Schema would be infinite.
  [numberOrText, anyMapping],
);
const nestedValues = mapOf(nestedValue);

const choiceValue: Schema<ChoiceValue> = oneOf<ChoiceValue>(
  (value) => {
    if (isMapping(value)) return nestedValues;
    return typeof value === "string" ? text : numberOf(value) === undefined ? undefined : number;
  },
  "text, a number or a mapping of parameters",
  [text, number, nestedValues],
);

/** Fields of the distributions whose parameters are numbers. */
export function rangeShapes(number: Schema<Numeric>) {
  const bounds = { min_value: required(number, "Smallest value."), max_value: required(number, "Largest value.") };
  const normal = {
    mu: required(number, "Mean of the distribution."),
    sigma: required(number, "Standard deviation of the distribution."),
  };
  const step = { q: required(number, "Step: values are rounded to its multiples.") };
  return {
    ...{ uniform: bounds, loguniform: bounds, quniform: { ...bounds, ...step }, qloguniform: { ...bounds, ...step } },
    ...{ normal, lognormal: normal, qnormal: { ...normal, ...step }, qlognormal: { ...normal, ...step } },
  };
}

export function distributionOf(widen: Widen): Schema<SearchDistribution> {
  const kinds = {
    ...rangeShapes(widen(number)),
    randint: {
      upper: required(widen(integer), "Exclusive upper bound of integer values, which start at 0."),
    },
    choice: { values: optional(listOf(choiceValue), "Values to choose from.") },
  };
  return byType<SearchDistribution>(
    Object.fromEntries(
      Object.entries(kinds).map(([type, shape]) => [
        type,
        fields({
          type: required(enumOf([type]), "Distribution that values are sampled from."),
          ...shape,
        }),
      ]),
    ),
  );
}

const distribution = distributionOf((type) => type);
