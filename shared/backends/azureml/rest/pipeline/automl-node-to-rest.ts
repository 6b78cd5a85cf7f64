import { hasBinding } from "../../../../core/job/fields/bindings.ts";
import { isMapping, type Mapping, type Value } from "../../../../core/yaml/value.ts";
import { type AssetResolver, namedId } from "../asset-ids/asset-ids.ts";
import { searchSpacesToRest } from "../automl/automl-parameters.ts";
import { isTabularTask } from "../automl/automl-words.ts";
import { dataUri } from "../fields/inputs-outputs.ts";

const dataFields = ["training_data", "validation_data", "test_data"];

/** The REST form of an AutoML node: unlike an AutoML job, it keeps YAML's field names at all levels. */
export function automlNodeToRest(name: string, node: Mapping, outputs: Mapping, assets: AssetResolver): Mapping {
  const { compute, search_space, forecasting, resources, ...rest } = node;
  return {
    tags: {},
    properties: {},
    ...(isTabularTask(node.task) ? { training: {} } : {}),
    ...rest,
    ...Object.fromEntries(dataFields.map((field) => [field, dataToRest(node[field], assets)])),
    ...(isMapping(resources) ? { resources: { properties: {}, ...resources } } : {}),
    ...(node.task === "forecasting" ? { forecasting: forecasting ?? {} } : {}),
    name,
    compute:
      typeof compute !== "string" || compute.includes("${{")
        ? compute
        : `azureml:${namedId(compute, "computes", assets)}`,
    outputs,
    search_space: Array.isArray(search_space) ? searchSpacesToRest(search_space) : undefined,
  };
}

function dataToRest(data: Value | undefined, assets: AssetResolver): Value | undefined {
  return isMapping(data) && !hasBinding(data.path) ? { ...data, path: dataUri(data, assets) } : data;
}
