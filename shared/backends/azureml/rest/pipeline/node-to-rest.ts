/** Nodes of a pipeline. Top-level fields keep their YAML names; field values have their REST form. */
import { isBinding } from "../../../../core/job/fields/bindings.ts";
import { isComponentFile } from "../../../../core/job/types/pipeline/components/components.ts";
import { isMapping, type Mapping, mapValues } from "../../../../core/yaml/value.ts";
import { type AssetResolver, computeId } from "../asset-ids/asset-ids.ts";
import { withoutEmpty } from "../values/mappings.ts";
import { automlNodeToRest } from "./automl-node-to-rest.ts";
import { componentId, componentSource } from "./component-to-rest.ts";
import { flowId } from "./flow-to-rest.ts";
import { nodeInputToRest, nodeOutputsToRest } from "./node-inputs-outputs.ts";
import { convertMapping, nodeSettingsToRest } from "./node-settings.ts";

const controlFlowTypes: readonly string[] = ["if_else", "do_while", "parallel_for"];

/** The REST form of a node. @see azure/ai/ml/entities/_builders of the SDK */
export function nodeToRest(name: string, node: Mapping, assets: AssetResolver): Mapping {
  const { component, inputs, outputs, compute, environment: _environment, ...rest } = node;
  if (controlFlowTypes.includes(String(node.type)))
    return withoutEmpty({ ...rest, outputs: convertMapping(outputs, nodeOutputsToRest), _source: "YAML.JOB" });
  if (node.type === "automl")
    return automlNodeToRest(name, { ...rest, compute }, isMapping(outputs) ? nodeOutputsToRest(outputs) : {}, assets);
  const common = {
    ...rest,
    ...nodeSettingsToRest(node, assets),
    name,
    computeId: typeof compute !== "string" || isBinding(compute) ? compute : computeId(compute, assets),
    inputs: convertMapping(inputs, (all) => mapValues(all, (input) => nodeInputToRest(input, assets))),
    outputs: convertMapping(outputs, nodeOutputsToRest),
  };
  if (node.type === "sweep")
    return withoutEmpty({
      ...common,
      _source: componentSource(node.trial),
      trial: { componentId: componentId(node.trial, assets, nodeToRest) },
    });
  const isBuiltin = rest.task === "import_data" || rest.task === "export_data";
  return withoutEmpty({
    ...common,
    _source: isBuiltin ? "BUILTIN" : componentSource(component),
    componentId:
      node.type === "parallel" && isComponentFile(component)
        ? flowId(component, assets)
        : componentId(component, assets, nodeToRest),
  });
}
