import type { EarlyTermination } from "../../../core/job/fields/early-termination.ts";
import type { SamplingAlgorithm } from "../../../core/job/types/sweep/fields.ts";
import type { SweepJob } from "../../../core/job/types/sweep/job.ts";
import { isMapping, type Mapping, mapValues, type Value } from "../../../core/yaml/value.ts";
import { type AssetResolver, computeId } from "./asset-ids/asset-ids.ts";
import { commandSettingsToRest } from "./command-to-rest.ts";
import { inputsToRest, outputsToRest } from "./fields/inputs-outputs.ts";
import { baseToRest, duration, ifMapping, queueToRest, resourcesToRest, withoutNulls } from "./fields/run-settings.ts";
import { camelKeys, pascal } from "./values/letter-case.ts";

/** What describes each distribution, in the order in which it is sent. */
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
 * A distribution as a pair: its type, and a list of what describes it.
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

/** @see SweepJob._to_rest_object */
export function sweepToRest({ fields }: SweepJob, assets: AssetResolver): Mapping {
  const {
    trial,
    compute,
    inputs = {},
    outputs = {},
    limits,
    objective,
    sampling_algorithm,
    search_space = {},
    early_termination,
  } = fields;
  const trialToRest = commandSettingsToRest(trial, assets);
  const own = ifMapping(fields.resources, resourcesToRest);
  const { services: _services, ...base } = baseToRest(fields, "Sweep");
  return {
    ...base,
    trial: trialToRest,
    computeId: compute === undefined ? undefined : computeId(compute, assets),
    inputs: inputsToRest(inputs, assets),
    outputs: outputsToRest(outputs),
    objective: { goal: objective.goal, primaryMetric: objective.primary_metric },
    limits: {
      ...camelKeys(limits),
      jobLimitsType: "Sweep",
      timeout: duration(limits.timeout),
      trialTimeout: duration(limits.trial_timeout),
    },
    samplingAlgorithm: sampling_algorithm === undefined ? undefined : samplingToRest(sampling_algorithm),
    searchSpace: mapValues(search_space as unknown as Mapping, searchDistributionToRest),
    earlyTermination: early_termination === undefined ? undefined : policyToRest(early_termination),
    queueSettings: ifMapping(fields.queue_settings ?? trial.queue_settings, queueToRest),
    resources: own ?? trialToRest.resources,
  };
}
