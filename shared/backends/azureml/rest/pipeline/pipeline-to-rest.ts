import type { PipelineJob } from "../../../../core/job/types/pipeline/job.ts";
import { isMapping, type Mapping, mapValues, type Value } from "../../../../core/yaml/value.ts";
import { type AssetResolver, computeId, namedId } from "../asset-ids/asset-ids.ts";
import { inputsToRest, outputsToRest } from "../fields/inputs-outputs.ts";
import { baseToRest } from "../fields/run-settings.ts";
import { ifDefined } from "../values/optional.ts";
import { componentId } from "./component-to-rest.ts";
import { nodeToRest } from "./node-to-rest.ts";

/** The REST body of a pipeline. @see PipelineJob._to_rest_object */
export function pipelineToRest({ fields }: PipelineJob, assets: AssetResolver): Mapping {
  const { compute, inputs = {}, outputs = {}, jobs = {}, component, settings = {} } = fields;
  const defaultId = (value: Value | undefined, kind: "computes" | "datastores") =>
    typeof value === "string" ? namedId(value, kind, assets) : undefined;
  return {
    ...baseToRest(fields, "Pipeline"),
    computeId: ifDefined(compute, (name) => computeId(name, assets)),
    componentId: componentId(component, assets, nodeToRest),
    inputs: inputsToRest(withoutEmptyInputs(inputs), assets),
    outputs: outputsToRest(outputs),
    settings: {
      ...settings,
      default_compute: defaultId(settings.default_compute, "computes"),
      default_datastore: defaultId(settings.default_datastore, "datastores"),
      _source: component === undefined ? "YAML.JOB" : "REMOTE.WORKSPACE.JOB",
    },
    jobs: mapValues(jobs as Mapping, (node, name) => (isMapping(node) ? nodeToRest(name, node, assets) : node)),
  };
}

/** Azure ML rejects empty inputs. */
function withoutEmptyInputs(inputs: PipelineJob["inputs"]): PipelineJob["inputs"] {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== "" && value !== null));
}
