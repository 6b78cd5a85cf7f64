/**
 * Parameters of models of images and texts, fixed or varied.
 * @see azure/ai/ml/entities/_job/automl/search_space_utils.py
 */
import { pythonText } from "../../../../core/yaml/python-text.ts";
import { isMapping, type Mapping, mapValues, type Value } from "../../../../core/yaml/value.ts";
import { searchDistributionToRest } from "../sweep-to-rest.ts";
import { camel, pascal } from "../values/letter-case.ts";

/** Azure ML writes LR for the learning rate. */
export function automlCamelKeys(parameters: Mapping): Mapping {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [camel(name).replace(/(step|Cosine|cosine)Lr/, "$1LR"), value]),
  );
}

const ofWords = [
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
      typeof value === "string" && ofWords.includes(name) ? pascal(value) : value,
    ),
  );
}

/** Each parameter as one text: `choice('a','b')`, `uniform(0,1.0)`, or the one value that it has. */
export function searchSpacesToRest(spaces: readonly Value[]): readonly Mapping[] {
  return spaces.map((space) => mapValues(isMapping(space) ? space : {}, spaceText));
}

function spaceText(value: Value | undefined): string {
  if (!isMapping(value)) return text(value ?? null);
  const [type, numbers] = searchDistributionToRest(value) as readonly [string, readonly Value[]];
  const given = type === "choice" ? (numbers[0] as readonly Value[]) : numbers;
  return `${type}(${given.map((each) => (typeof each === "string" ? `'${each}'` : text(each))).join(",")})`;
}

/** As Python prints it, but floats without exponents. */
function text(value: Value): string {
  const printed = pythonText(value);
  const [, sign = "", whole = "", part = "", exponent = "0"] =
    /^(-?)([0-9])(?:\.([0-9]+))?e([-+][0-9]+)$/.exec(printed) ?? [];
  if (whole === "" || typeof value === "string") return printed;
  const shift = Number(exponent);
  const digits = `${whole}${part}`;
  return shift < 0 ? `${sign}0.${"0".repeat(-shift - 1)}${digits}` : `${sign}${digits.padEnd(shift + 1, "0")}.0`;
}
