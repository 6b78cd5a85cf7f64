/**
 * Nodes of a pipeline. They keep the names of YAML, with Azure ML's words for what is in them.
 * @see azure/ai/ml/entities/_builders of the SDK
 */

import type { ServiceField } from "../../../../core/job/fields/base-fields.ts";
import { isBinding } from "../../../../core/job/fields/bindings.ts";
import type { EarlyTermination } from "../../../../core/job/fields/early-termination.ts";
import { environmentVariableTexts } from "../../../../core/job/fields/environment-variables.ts";
import type { DistributionField, IdentityField } from "../../../../core/job/fields/run-settings.ts";
import { isOutputBinding } from "../../../../core/job/types/pipeline/nodes/node-fields.ts";
import type { SparkEntry } from "../../../../core/job/types/spark/fields.ts";
import { isMapping, type Mapping, mapValues, type Value } from "../../../../core/yaml/value.ts";
import { type AssetResolver, computeId } from "../asset-ids/asset-ids.ts";
import { automlNodeToRest } from "../automl/automl-to-rest.ts";
import { inputModes, inputToRest, outputModes, outputToRest, restWord } from "../fields/inputs-outputs.ts";
import {
  distributionToRest,
  duration,
  identityToRest,
  queueToRest,
  resourcesToRest,
  servicesToRest,
} from "../fields/run-settings.ts";
import { entryToRest } from "../spark-to-rest.ts";
import { policyToRest } from "../sweep-to-rest.ts";
import { snakeKeys } from "../values/letter-case.ts";
import { pythonJson } from "../values/python-json.ts";
import { withoutEmpty } from "../values/without-empty.ts";
import { componentId, componentSource, withAssetIds } from "./component-to-rest.ts";

export function nodeToRest(name: string, node: Mapping, assets: AssetResolver): Mapping {
  const { component, inputs, outputs, compute, environment: _environment, ...rest } = node;
  if (controlFlow.includes(String(node.type)))
    return withoutEmpty({ ...rest, outputs: given(outputs, nodeOutputs), _source: "YAML.JOB" });
  if (node.type === "automl")
    return automlNodeToRest(name, { ...rest, compute }, isMapping(outputs) ? nodeOutputs(outputs) : {}, assets);
  const common = {
    ...rest,
    ...changed(node, assets),
    name,
    computeId: typeof compute !== "string" || isBinding(compute) ? compute : computeId(compute, assets),
    inputs: given(inputs, (all) => mapValues(all, (input) => nodeInput(input, assets))),
    outputs: given(outputs, nodeOutputs),
  };
  if (node.type === "sweep")
    return withoutEmpty({
      ...common,
      _source: componentSource(node.trial),
      trial: { componentId: componentId(node.trial, assets, nodeToRest) },
    });
  return withoutEmpty({
    ...common,
    _source: rest.task === "import_data" || rest.task === "export_data" ? "BUILTIN" : componentSource(component),
    componentId: componentId(component, assets, nodeToRest),
  });
}

const controlFlow: readonly string[] = ["if_else", "do_while", "parallel_for"];

function given(value: Value | undefined, change: (value: Mapping) => Value | undefined): Value | undefined {
  return isMapping(value) ? change(value) : value;
}

/** Fields whose content is in Azure ML's words. */
function changed(node: Mapping, assets: AssetResolver): Mapping {
  const isSweep = node.type === "sweep";
  return {
    resources: isSweep ? node.resources : given(node.resources, (resources) => snakeKeys(resourcesToRest(resources))),
    distribution: given(node.distribution, (distribution) =>
      snakeKeys(distributionToRest(distribution as unknown as DistributionField)),
    ),
    limits: isSweep ? node.limits : given(node.limits, nodeLimits),
    environment_variables: given(node.environment_variables, environmentVariableTexts),
    queue_settings: isSweep
      ? node.queue_settings
      : given(node.queue_settings, (queue) => snakeKeys(queueToRest(queue))),
    identity: isSweep
      ? undefined
      : given(node.identity, (identity) => snakeKeys(identityToRest(identity as unknown as IdentityField))),
    services: given(node.services, (services) =>
      mapValues(servicesToRest(services as Readonly<Record<string, ServiceField>>), nodeService),
    ),
    early_termination: given(node.early_termination, (policy) =>
      snakeKeys(policyToRest(policy as unknown as EarlyTermination)),
    ),
    ...(node.type === "data_transfer" && isMapping(node.component)
      ? { data_copy_mode: node.component.data_copy_mode }
      : {}),
    ...(node.type === "parallel" ? parallel(node, assets) : {}),
    ...(node.type === "spark"
      ? { entry: given(node.entry, (entry) => snakeKeys(entryToRest(entry as unknown as SparkEntry))) }
      : {}),
  };
}

/** The names of a service's properties are its own. */
function nodeService(service: Value | undefined): Mapping {
  const { properties, ...rest } = service as Mapping;
  return { ...snakeKeys(rest, 2), properties };
}

function nodeLimits({ timeout }: Mapping): Mapping {
  return { timeout: typeof timeout === "string" ? timeout : duration(timeout), job_limits_type: "Command" };
}

function parallel({ task, mini_batch_size, partition_keys }: Mapping, assets: AssetResolver): Mapping {
  return {
    task: given(task, (own) => withAssetIds(own, assets)),
    mini_batch_size:
      typeof mini_batch_size === "string" && /^[0-9]+$/.test(mini_batch_size)
        ? BigInt(mini_batch_size)
        : mini_batch_size,
    partition_keys: partition_keys === undefined ? undefined : pythonJson(partition_keys),
  };
}

function nodeInput(input: Value | undefined, assets: AssetResolver): Mapping {
  const sent = snakeKeys(inputToRest(input, assets));
  // Only here has a binding a mode.
  return isMapping(input) && sent.job_input_type === "literal"
    ? { ...sent, mode: restWord(inputModes, input.mode) }
    : sent;
}

function nodeOutputs(outputs: Mapping): Mapping {
  const kept = Object.entries(outputs).filter(([, output]) => output !== null);
  return mapValues(Object.fromEntries(kept), nodeOutput);
}

function nodeOutput(output: Value | undefined): Mapping {
  if (typeof output === "string")
    return isOutputBinding(output)
      ? { value: output, type: "literal" }
      : { uri: output, job_output_type: "uri_folder" };
  const { path, mode, name, version } = isMapping(output) ? output : {};
  if (isOutputBinding(path)) return { value: path, type: "literal", mode: restWord(outputModes, mode), name, version };
  const { asset_name, asset_version, ...sent } = snakeKeys(outputToRest(output));
  return { ...sent, name: asset_name, version: asset_version };
}
