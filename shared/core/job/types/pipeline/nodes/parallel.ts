/** A node that runs a script on mini batches. @see ParallelSchema and PipelineParallelJobSchema of the SDK */

import { isDeepStrictEqual } from "node:util";
import { isMapping, type Mapping } from "../../../../yaml/value.ts";
import { bindable } from "../../../fields/bindings.ts";
import { environment } from "../../../fields/environment.ts";
import { inputs } from "../../../fields/inputs-outputs.ts";
import { byField, listOf, mapOf } from "../../../schema/containers.ts";
import { transformed } from "../../../schema/custom.ts";
import {
  aboutBatchErrors,
  aboutBatchSize,
  aboutComponent,
  aboutCompute,
  aboutConcurrency,
  aboutIdentity,
  aboutInputData,
  aboutItemErrors,
  aboutLogging,
  aboutNodeInputs,
  aboutNodeType,
  aboutPartitions,
  aboutResources,
  aboutRetries,
  aboutTask,
  aboutUnused,
  aboutVariables,
} from "../../../schema/descriptions.ts";
import { enumOf } from "../../../schema/enums.ts";
import { fields } from "../../../schema/fields.ts";
import { anything, integer, text } from "../../../schema/scalars.ts";
import { optional, required } from "../../../schema/schema.ts";
import { componentField, nodeResources } from "../components/components.ts";
import { inheritedFrom } from "./command.ts";
import { componentNodeFields, nodeCompute, nodeIdentity, withoutDroppedFields } from "./node-fields.ts";
import {
  boundParallelTask,
  loggingLevel,
  miniBatchSize,
  parallelComponent,
  retrySettings,
} from "./parallel-component.ts";

const settings = {
  type: optional(enumOf(["parallel"]), aboutNodeType),
  ...componentNodeFields,
  compute: optional(nodeCompute, aboutCompute),
  logging_level: optional(bindable(loggingLevel), aboutLogging),
  task: optional(boundParallelTask, aboutTask),
  mini_batch_size: optional(bindable(miniBatchSize), aboutBatchSize),
  partition_keys: optional(listOf(bindable(text)), aboutPartitions),
  input_data: optional(text, aboutInputData),
  resources: optional(nodeResources, aboutResources),
  retry_settings: optional(retrySettings, aboutRetries),
  max_concurrency_per_instance: optional(bindable(integer), aboutConcurrency),
  error_threshold: optional(bindable(integer), aboutItemErrors),
  mini_batch_error_threshold: optional(bindable(integer), aboutBatchErrors),
  environment_variables: optional(mapOf(text), aboutVariables),
  identity: optional(nodeIdentity, aboutIdentity),
};

const componentNode = fields(
  { ...settings, component: required(componentField(parallelComponent), aboutComponent) },
  { unknown: "keep" },
);

/** Fields of a job that a node ignores. */
const ignoredFields = {
  name: optional(anything, aboutUnused),
  display_name: optional(anything, aboutUnused),
  description: optional(anything, aboutUnused),
  tags: optional(mapOf(anything), aboutUnused),
  experiment_name: optional(anything, aboutUnused),
  services: optional(anything, aboutUnused),
};
const inlineJob = fields(
  {
    ...settings,
    ...ignoredFields,
    inputs: optional(inputs, aboutNodeInputs),
    environment: optional(bindable(environment), aboutUnused),
  },
  { readOnly: ["$schema"], expected: "a node" },
);

const inherited = [
  ...["resources", "retry_settings", "input_data", "max_concurrency_per_instance"],
  ...["mini_batch_error_threshold", "mini_batch_size", "partition_keys", "task"],
];

export const parallelNode = byField(
  "component",
  transformed<Mapping, Mapping>(componentNode, (node) => ({
    ...inheritedFrom(node.component, inherited),
    ...withoutDroppedFields(withoutCopiedTask(node)),
    type: "parallel",
  })),
  transformed<Mapping, Mapping>(inlineJob, (job) => ({ ...job, type: "parallel" })),
);

/** A node without a task that is equal to its component's, which is the node's task in any case. */
function withoutCopiedTask(node: Mapping): Mapping {
  const { task, ...rest } = node;
  return isMapping(node.component) && isDeepStrictEqual(task, node.component.task) ? rest : node;
}

/**
 * A node as it is printed: without the task of its component. The SDK's client cannot submit a node with a task of its
 * own and with a component that is not registered.
 */
export function printedParallelNode(node: Mapping): Mapping {
  return isMapping(node.component) && node.task === node.component.task ? { ...node, task: undefined } : node;
}
