/**
 * Parameters of image and text models, with fixed values or as search spaces.
 * @see azure/ai/ml/entities/_job/automl/search_space_utils.py
 */
import { pythonText } from "../../../../core/yaml/python-text.ts";
import { isMapping, type Mapping, mapValues, type Value } from "../../../../core/yaml/value.ts";
import { searchDistributionToRest } from "../fields/sweep-settings.ts";
import { camel, pascal } from "../values/letter-case.ts";

/** Parameters with keys in camelCase, in which `LR` (learning rate) keeps its capitals. */
export function automlCamelKeys(parameters: Mapping): Mapping {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [camel(name).replace(/(step|Cosine|cosine)Lr/, "$1LR"), value]),
  );
}

/** Parameters whose values are enum values. */
const enumParameters = [
  "learning_rate_scheduler",
  "optimizer",
  "model_size",
  "validation_metric_type",
  "log_training_metrics",
  "log_validation_loss",
];

export function trainingParametersToRest(parameters: Mapping): Mapping {
  return automlCamelKeys(
    mapValues(parameters, (value, name) =>
      typeof value === "string" && enumParameters.includes(name) ? pascal(value) : value,
    ),
  );
}

/** Search spaces with each parameter as a text: `choice('a','b')`, `uniform(0,1.0)`, or a single value. */
export function searchSpacesToRest(spaces: readonly Value[]): readonly Mapping[] {
  return spaces.map((space) => mapValues(isMapping(space) ? space : {}, spaceText));
}

function spaceText(value: Value | undefined): string {
  if (!isMapping(value)) return valueText(value ?? null);
  const [type, parameters] = searchDistributionToRest(value) as readonly [string, readonly Value[]];
  const values = type === "choice" ? (parameters[0] as readonly Value[]) : parameters;
  return `${type}(${values.map((each) => (typeof each === "string" ? `'${each}'` : valueText(each))).join(",")})`;
}

/** A value in Python's notation, but floats without exponents. */
function valueText(value: Value): string {
  const printed = pythonText(value);
  const [, sign = "", whole = "", part = "", exponent = "0"] =
    /^(-?)([0-9])(?:\.([0-9]+))?e([-+][0-9]+)$/.exec(printed) ?? [];
  if (whole === "" || typeof value === "string") return printed;
  const shift = Number(exponent);
  const digits = `${whole}${part}`;
  return shift < 0 ? `${sign}0.${"0".repeat(-shift - 1)}${digits}` : `${sign}${digits.padEnd(shift + 1, "0")}.0`;
}
