import type { PipelineJob } from "../../../../core/job/types/pipeline/job.ts";
import { isMapping, type Mapping, mapValues } from "../../../../core/yaml/value.ts";
import { type AssetResolver, computeId, namedId } from "../asset-ids/asset-ids.ts";
import { inputsToRest, outputsToRest } from "../fields/inputs-outputs.ts";
import { baseToRest } from "../fields/run-settings.ts";
import { componentId } from "./component-to-rest.ts";
import { nodeToRest } from "./node-to-rest.ts";

/** @see PipelineJob._to_rest_object */
export function pipelineToRest({ fields }: PipelineJob, assets: AssetResolver): Mapping {
  const { compute, inputs = {}, outputs = {}, jobs = {}, component } = fields;
  const settings = fields.settings ?? {};
  const { default_compute, default_datastore } = settings;
  return {
    ...baseToRest(fields, "Pipeline"),
    computeId: compute === undefined ? undefined : computeId(compute, assets),
    componentId: componentId(component, assets, nodeToRest),
    inputs: inputsToRest(withoutNothing(inputs), assets),
    outputs: outputsToRest(outputs),
    settings: {
      ...settings,
      default_compute: typeof default_compute === "string" ? namedId(default_compute, "computes", assets) : undefined,
      default_datastore:
        typeof default_datastore === "string" ? namedId(default_datastore, "datastores", assets) : undefined,
      _source: component === undefined ? "YAML.JOB" : "REMOTE.WORKSPACE.JOB",
    },
    jobs: nodesToRest(jobs, assets),
  };
}

export function nodesToRest(jobs: Mapping, assets: AssetResolver): Mapping {
  return mapValues(jobs, (node, name) => (isMapping(node) ? nodeToRest(name, node, assets) : node));
}

/** Azure ML takes no empty inputs. */
function withoutNothing(inputs: PipelineJob["inputs"]): PipelineJob["inputs"] {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== "" && value !== null));
}
