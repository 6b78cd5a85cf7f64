/** Nodes of a pipeline, read back from their REST form. */

import { mappingOrEmpty, withoutMissing } from "../../../shared/backends/azureml/rest/values/mappings.ts";
import { servicesFrom } from "../../../shared/backends/azureml/runs/job-services.ts";
import { isMapping, type Mapping } from "../../../shared/core/yaml/value.ts";
import { automlSpacesFrom } from "./automl-from-rest.ts";
import {
  distributionFrom,
  entryFrom,
  identityFrom,
  inputsFrom,
  limitsFrom,
  outputsFrom,
  policyFrom,
  queueFrom,
  resourcesFrom,
} from "./fields-from-rest.ts";
import { jsonFrom, ofMapping, referenceFrom } from "./values.ts";

export function nodeFrom(node: Mapping, workspace: string): Mapping {
  const { name: _name, _source, componentId, computeId, compute, inputs, outputs, ...rest } = node;
  const isSweep = rest.type === "sweep";
  const own =
    rest.type === "automl"
      ? automl(rest, workspace)
      : {
          ...settings(rest, isSweep),
          ...(isSweep ? { trial: referenceFrom(mappingOrEmpty(rest.trial).componentId, workspace) } : {}),
        };
  return withoutMissing({
    ...rest,
    ...own,
    ...(rest.type === "parallel" ? parallel(rest, workspace) : {}),
    component: referenceFrom(componentId, workspace),
    compute: referenceFrom(computeId ?? compute, workspace),
    inputs: ofMapping(inputs, (all) => inputsFrom(all, workspace)),
    outputs: ofMapping(outputs, outputsFrom),
  });
}

function settings(node: Mapping, isSweep: boolean): Mapping {
  return {
    resources: isSweep ? node.resources : ofMapping(node.resources, resourcesFrom),
    distribution: ofMapping(node.distribution, distributionFrom),
    limits: isSweep ? node.limits : ofMapping(node.limits, limitsFrom),
    queue_settings: isSweep ? node.queue_settings : ofMapping(node.queue_settings, queueFrom),
    identity: ofMapping(node.identity, identityFrom),
    services: ofMapping(node.services, servicesFrom),
    early_termination: ofMapping(node.early_termination, policyFrom),
    entry: ofMapping(node.entry, entryFrom),
  };
}

function parallel({ mini_batch_size, partition_keys, task }: Mapping, workspace: string): Mapping {
  const keys = jsonFrom(partition_keys);
  return {
    mini_batch_size: mini_batch_size === undefined ? undefined : String(mini_batch_size),
    partition_keys: Array.isArray(keys) ? keys : undefined,
    task: ofMapping(task, ({ code, environment, ...rest }) =>
      withoutMissing({
        ...rest,
        code: referenceFrom(code, workspace),
        environment: referenceFrom(environment, workspace),
      }),
    ),
  };
}

/** AutoML nodes have YAML's field names at all levels. */
function automl({ search_space, ...rest }: Mapping, workspace: string): Mapping {
  const tables = ["training_data", "validation_data", "test_data"].map((field) => {
    const table = rest[field];
    return [field, isMapping(table) ? { ...table, path: referenceFrom(table.path, workspace) } : table] as const;
  });
  return { ...Object.fromEntries(tables), search_space: automlSpacesFrom(search_space) };
}
