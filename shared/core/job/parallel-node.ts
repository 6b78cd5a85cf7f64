/** A node that runs a script over mini batches. @see ParallelSchema and PipelineParallelJobSchema of the SDK */
import { isMapping, type Mapping } from "../yaml/value.ts";
import { bindable } from "./bindings.ts";
import { inheritedFrom } from "./command-node.ts";
import { boundParallelTask, componentField, loggingLevel, miniBatchSize, nodeResources, parallelComponent, retrySettings } from "./components.ts";
import { environment } from "./environment.ts";
import { componentNodeFields, keptFields, nodeCompute, nodeIdentity, nodeVariables } from "./node-fields.ts";
import { anything, fields, integer, listOf, mapOf, type Piece, piece, readBy, text, word } from "./schema.ts";

const settings = {
  type: word(["parallel"]).optional(),
  ...componentNodeFields,
  compute: nodeCompute.optional(),
  logging_level: bindable(loggingLevel).optional(),
  task: boundParallelTask.optional(),
  mini_batch_size: bindable(miniBatchSize).optional(),
  partition_keys: listOf(bindable(text)).optional(),
  input_data: text.optional(),
  resources: nodeResources.optional(),
  retry_settings: retrySettings.optional(),
  max_concurrency_per_instance: bindable(integer).optional(),
  error_threshold: bindable(integer).optional(),
  mini_batch_error_threshold: bindable(integer).optional(),
  environment_variables: nodeVariables.optional(),
  identity: nodeIdentity.optional(),
};

const ofComponent = fields({ ...settings, component: componentField(parallelComponent) }, { unknown: "keep" });

/** What a job may have besides, and a node forgets. */
const forgotten = {
  name: anything.optional(),
  display_name: anything.optional(),
  description: anything.optional(),
  tags: mapOf(anything).optional(),
  experiment_name: anything.optional(),
  services: anything.optional(),
};
const inline = fields({ ...settings, ...forgotten, environment: bindable(environment).optional() }, { readOnly: ["$schema"], what: "a node" });

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
  () => ({ type: "object" }),
);
