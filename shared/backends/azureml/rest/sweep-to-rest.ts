import type { SweepJob } from "../../../core/job/types/sweep/job.ts";
import { type Mapping, mapValues } from "../../../core/yaml/value.ts";
import { type AssetResolver, computeId } from "./asset-ids/asset-ids.ts";
import { commandSettingsToRest } from "./fields/command-settings.ts";
import { inputsToRest, outputsToRest } from "./fields/inputs-outputs.ts";
import { baseToRest, duration, queueToRest, resourcesToRest } from "./fields/run-settings.ts";
import { policyToRest, samplingToRest, searchDistributionToRest } from "./fields/sweep-settings.ts";
import { camelKeys } from "./values/letter-case.ts";
import { ifDefined, ifMapping } from "./values/optional.ts";

/** The REST body of a sweep. @see SweepJob._to_rest_object */
export function sweepToRest({ fields }: SweepJob, assets: AssetResolver): Mapping {
  const { trial, compute, inputs = {}, outputs = {}, limits, objective } = fields;
  const { sampling_algorithm, search_space = {}, early_termination } = fields;
  const trialSettings = commandSettingsToRest(trial, assets);
  const { services: _services, ...base } = baseToRest(fields, "Sweep");
  return {
    ...base,
    trial: trialSettings,
    computeId: ifDefined(compute, (name) => computeId(name, assets)),
    inputs: inputsToRest(inputs, assets),
    outputs: outputsToRest(outputs),
    objective: { goal: objective.goal, primaryMetric: objective.primary_metric },
    limits: {
      ...camelKeys(limits),
      jobLimitsType: "Sweep",
      timeout: duration(limits.timeout),
      trialTimeout: duration(limits.trial_timeout),
    },
    samplingAlgorithm: ifDefined(sampling_algorithm, samplingToRest),
    searchSpace: mapValues(search_space, searchDistributionToRest),
    earlyTermination: ifDefined(early_termination, policyToRest),
    queueSettings: ifMapping(fields.queue_settings ?? trial.queue_settings, queueToRest),
    resources: ifMapping(fields.resources, resourcesToRest) ?? trialSettings.resources,
  };
}
