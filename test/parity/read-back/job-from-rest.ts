/** Command, sweep, pipeline and Spark jobs, read back from their REST form. */
import { snake, snakeFields } from "../../../shared/backends/azureml/rest/values/letter-case.ts";
import { mappingOrEmpty, withoutMissing } from "../../../shared/backends/azureml/rest/values/mappings.ts";
import { isMapping, type Mapping, mapValues, type Value } from "../../../shared/core/yaml/value.ts";
import {
  distributionFrom,
  entryFrom,
  inputsFrom,
  limitsFrom,
  numbersFrom,
  outputsFrom,
  policyFrom,
  queueFrom,
  resourcesFrom,
} from "./fields-from-rest.ts";
import { nodeFrom } from "./node-from-rest.ts";
import { ofMapping, referenceFrom, textAt } from "./values.ts";

function commandSettings(job: Mapping, workspace: string): Mapping {
  return {
    command: job.command,
    code: referenceFrom(job.codeId, workspace),
    environment: referenceFrom(job.environmentId, workspace),
    environment_variables: job.environmentVariables,
    distribution: ofMapping(job.distribution, distributionFrom),
    resources: ofMapping(job.resources, resourcesFrom),
  };
}

export function commandFrom(job: Mapping, workspace: string): Mapping {
  return {
    ...commandSettings(job, workspace),
    inputs: inputsFrom(job.inputs, workspace),
    outputs: outputsFrom(job.outputs),
    limits: ofMapping(job.limits, limitsFrom),
    queue_settings: ofMapping(job.queueSettings, queueFrom),
    parent_job_name: job.parentJobName,
  };
}

function samplingFrom(algorithm: Mapping): Mapping {
  const { sampling_algorithm_type, ...rest } = snakeFields(algorithm);
  return { ...rest, type: textAt(sampling_algorithm_type)?.toLowerCase() };
}

/** A distribution from a pair of a type and a list. */
function distributionFromPair(pair: Value | undefined): Value {
  const [type, given] = Array.isArray(pair) ? (pair as readonly Value[]) : [];
  if (!Array.isArray(given)) return pair ?? null;
  if (type !== "choice") return { ...numbersFrom(String(type), given), type: type ?? null };
  const values = Array.isArray(given[0]) ? given[0] : [];
  return {
    type: "choice",
    values: values.map((value: Value) => (isMapping(value) ? mapValues(value, distributionFromPair) : value)),
  };
}

export function sweepFrom(job: Mapping, workspace: string): Mapping {
  const { goal, primaryMetric } = mappingOrEmpty(job.objective);
  return {
    trial: withoutMissing(commandSettings(mappingOrEmpty(job.trial), workspace)),
    inputs: inputsFrom(job.inputs, workspace),
    outputs: outputsFrom(job.outputs),
    objective: { goal: textAt(goal)?.toLowerCase(), primary_metric: primaryMetric },
    limits: ofMapping(job.limits, limitsFrom),
    sampling_algorithm: ofMapping(job.samplingAlgorithm, samplingFrom),
    search_space: mapValues(mappingOrEmpty(job.searchSpace), distributionFromPair),
    early_termination: ofMapping(job.earlyTermination, policyFrom),
    queue_settings: ofMapping(job.queueSettings, queueFrom),
    resources: ofMapping(job.resources, resourcesFrom),
  };
}

export function pipelineFrom(job: Mapping, workspace: string): Mapping {
  // Azure ML also returns `DefaultCompute`.
  const { _source, default_compute, default_datastore, ...settings } = Object.fromEntries(
    Object.entries(mappingOrEmpty(job.settings)).map(([name, value]) => [
      name.startsWith("_") ? name : snake(name),
      value,
    ]),
  );
  const computes = {
    default_compute: referenceFrom(default_compute, workspace),
    default_datastore: referenceFrom(default_datastore, workspace),
  };
  const nodes = mapValues(
    mappingOrEmpty(job.jobs),
    (node) => ofMapping(node, (each) => nodeFrom(each, workspace)) ?? null,
  );
  return {
    inputs: inputsFrom(job.inputs, workspace),
    outputs: outputsFrom(job.outputs),
    settings: withoutMissing({ ...settings, ...computes }),
    component: referenceFrom(job.componentId, workspace),
    jobs: Object.keys(nodes).length === 0 && job.componentId !== undefined ? undefined : nodes,
  };
}

export function sparkFrom(job: Mapping, workspace: string): Mapping {
  const { pyFiles, jars, files, archives, args, conf, resources } = job;
  return {
    code: referenceFrom(job.codeId, workspace),
    environment: referenceFrom(job.environmentId, workspace),
    entry: ofMapping(job.entry, entryFrom),
    inputs: inputsFrom(job.inputs, workspace),
    outputs: outputsFrom(job.outputs),
    resources: ofMapping(resources, snakeFields),
    ...{ py_files: pyFiles, jars, files, archives, args, conf },
  };
}
