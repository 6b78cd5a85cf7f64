/** Settings of pipeline nodes in their REST form. */
import type { ServiceField } from "../../../../core/job/fields/base-fields.ts";
import type { EarlyTermination } from "../../../../core/job/fields/early-termination.ts";
import { environmentVariableTexts } from "../../../../core/job/fields/environment-variables.ts";
import type { DistributionField, IdentityField } from "../../../../core/job/fields/run-settings.ts";
import type { SparkEntry } from "../../../../core/job/types/spark/spark-settings.ts";
import { isMapping, type Mapping, mapValues, type Value } from "../../../../core/yaml/value.ts";
import type { AssetResolver } from "../asset-ids/asset-ids.ts";
import {
  distributionToRest,
  duration,
  identityToRest,
  queueToRest,
  resourcesToRest,
  servicesToRest,
} from "../fields/run-settings.ts";
import { sparkEntryToRest } from "../fields/spark-entry.ts";
import { policyToRest } from "../fields/sweep-settings.ts";
import { snakeKeys } from "../values/letter-case.ts";
import { ifDefined } from "../values/optional.ts";
import { pythonJson } from "../values/python-json.ts";
import { withAssetIds } from "./component-to-rest.ts";

/** The converted mapping; any other value, e.g. a binding, as it is. */
export function convertMapping(
  value: Value | undefined,
  convert: (value: Mapping) => Value | undefined,
): Value | undefined {
  return isMapping(value) ? convert(value) : value;
}

/**
 * A setting that was validated as a `T`, converted as in a job, with its keys in snake_case; other values unchanged.
 */
function convertSetting<T>(value: Value | undefined, toRest: (setting: T) => Mapping): Value | undefined {
  return convertMapping(value, (setting) => snakeKeys(toRest(setting as T)));
}

/** The settings of a node that differ from YAML. */
export function nodeSettingsToRest(node: Mapping, assets: AssetResolver): Mapping {
  return {
    ...(node.type === "sweep" ? { identity: undefined } : runSettingsToRest(node)),
    distribution: convertSetting<DistributionField>(node.distribution, distributionToRest),
    environment_variables: convertMapping(node.environment_variables, environmentVariableTexts),
    services: convertMapping(node.services, nodeServicesToRest),
    early_termination: convertSetting<EarlyTermination>(node.early_termination, policyToRest),
    ...(node.type === "data_transfer" && isMapping(node.component)
      ? { data_copy_mode: node.component.data_copy_mode }
      : {}),
    ...(node.type === "parallel" ? parallelToRest(node, assets) : {}),
    ...(node.type === "spark" ? { entry: convertSetting<SparkEntry>(node.entry, sparkEntryToRest) } : {}),
  };
}

/** Settings that a sweep node keeps as they are in YAML. */
function runSettingsToRest(node: Mapping): Mapping {
  return {
    resources: convertSetting(node.resources, resourcesToRest),
    limits: convertMapping(node.limits, nodeLimitsToRest),
    queue_settings: convertSetting(node.queue_settings, queueToRest),
    identity: convertSetting<IdentityField>(node.identity, identityToRest),
  };
}

function nodeServicesToRest(services: Mapping): Mapping {
  const converted = servicesToRest(services as Readonly<Record<string, ServiceField>>);
  return mapValues(converted, (service) => {
    // The names of properties are part of the service, so their letter case is kept.
    const { properties, ...rest } = service as Mapping;
    return { ...snakeKeys(rest, 2), properties };
  });
}

function nodeLimitsToRest({ timeout }: Mapping): Mapping {
  return { timeout: typeof timeout === "string" ? timeout : duration(timeout), job_limits_type: "Command" };
}

function parallelToRest({ task, mini_batch_size, partition_keys }: Mapping, assets: AssetResolver): Mapping {
  const isNumber = typeof mini_batch_size === "string" && /^[0-9]+$/.test(mini_batch_size);
  return {
    task: convertMapping(task, (own) => withAssetIds(own, assets)),
    mini_batch_size: isNumber ? BigInt(mini_batch_size) : mini_batch_size,
    partition_keys: ifDefined(partition_keys, pythonJson),
  };
}
