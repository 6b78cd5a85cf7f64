/** Search spaces, sampling and early termination, of sweeps and of AutoML jobs. */
import type { EarlyTermination } from "../../../../core/job/fields/early-termination.ts";
import type { SamplingAlgorithm } from "../../../../core/job/types/sweep/sweep-settings.ts";
import { isMapping, type Mapping, mapValues, type Value } from "../../../../core/yaml/value.ts";
import { camelKeys, pascal } from "../values/letter-case.ts";
import { withoutNulls } from "../values/mappings.ts";

/** The parameters of each distribution, in the order in which they are sent. */
export const distributionParameters: Readonly<Record<string, readonly string[]>> = {
  uniform: ["min_value", "max_value"],
  loguniform: ["min_value", "max_value"],
  quniform: ["min_value", "max_value", "q"],
  qloguniform: ["min_value", "max_value", "q"],
  normal: ["mu", "sigma"],
  lognormal: ["mu", "sigma"],
  qnormal: ["mu", "sigma", "q"],
  qlognormal: ["mu", "sigma", "q"],
  randint: ["upper"],
};

/**
 * A distribution as a pair of its type and a list of its parameters; other values are returned unchanged.
 * @see azure/ai/ml/entities/_job/sweep/search_space.py
 */
export function searchDistributionToRest(distribution: Value | undefined): Value {
  if (!isMapping(distribution)) return distribution ?? null;
  const { type, values } = distribution;
  if (type !== "choice")
    return [type ?? null, (distributionParameters[String(type)] ?? []).map((name) => distribution[name] ?? null)];
  const choices = (Array.isArray(values) ? values : []).map((value: Value) =>
    isMapping(value) ? mapValues(value, searchDistributionToRest) : value,
  );
  return ["choice", [choices]];
}

export function policyToRest({ type, ...rest }: EarlyTermination): Mapping {
  return { ...camelKeys(withoutNulls(rest)), policyType: pascal(type) };
}

export function samplingToRest(algorithm: SamplingAlgorithm): Mapping {
  const { type, ...rest } = typeof algorithm === "string" ? { type: algorithm } : algorithm;
  return { ...rest, samplingAlgorithmType: pascal(type) };
}
