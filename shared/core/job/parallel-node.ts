/** A node that runs a script over mini batches. @see ParallelSchema and PipelineParallelJobSchema of the SDK */
import { isMapping, type Mapping } from "../yaml/value.ts";
import { bindable } from "./bindings.ts";
import { inheritedFrom } from "./command-node.ts";
import { boundParallelTask, componentField, loggingLevel, miniBatchSize, nodeResources, parallelComponent, retrySettings } from "./components.ts";
import { environment } from "./environment.ts";
import { inputs } from "./inputs-outputs.ts";
import { componentNodeFields, keptFields, nodeCompute, nodeIdentity } from "./node-fields.ts";
import { anything, fields, integer, jsonSchema, listOf, mapOf, optional, type Piece, piece, readBy, text, word } from "./schema.ts";

const settings = {
  type: optional(word(["parallel"])),
  ...componentNodeFields,
  compute: optional(nodeCompute),
  logging_level: optional(bindable(loggingLevel)),
  task: optional(boundParallelTask),
  mini_batch_size: optional(bindable(miniBatchSize)),
  partition_keys: optional(listOf(bindable(text))),
  input_data: optional(text),
  resources: optional(nodeResources),
  retry_settings: optional(retrySettings),
  max_concurrency_per_instance: optional(bindable(integer)),
  error_threshold: optional(bindable(integer)),
  mini_batch_error_threshold: optional(bindable(integer)),
  environment_variables: optional(mapOf(text)),
  identity: optional(nodeIdentity),
};

const ofComponent = fields({ ...settings, component: componentField(parallelComponent) }, { unknown: "keep" });

/** What a job may have besides, and a node forgets. */
const forgotten = {
  name: optional(anything),
  display_name: optional(anything),
  description: optional(anything),
  tags: optional(mapOf(anything)),
  experiment_name: optional(anything),
  services: optional(anything),
};
const inline = fields(
  { ...settings, ...forgotten, inputs: optional(inputs), environment: optional(bindable(environment)) },
  { readOnly: ["$schema"], what: "a node" },
);

const inherited = [
  ...["resources", "retry_settings", "input_data", "max_concurrency_per_instance"],
  ...["mini_batch_error_threshold", "mini_batch_size", "partition_keys", "task"],
];

export const parallelNode: Piece<Mapping> = piece(
  (value, report) => {
    if (!isMapping(value) || !Object.hasOwn(value, "component")) return { ...(readBy(inline, value, report) as Mapping), type: "parallel" };
    const node = (readBy(ofComponent, value, report) ?? {}) as Mapping;
    return { ...inheritedFrom(node.component, inherited), ...keptFields(node), type: "parallel" };
  },
  () => ({ anyOf: [jsonSchema(ofComponent), jsonSchema(inline)] }),
);
