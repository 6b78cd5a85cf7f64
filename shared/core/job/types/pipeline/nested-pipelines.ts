/** Pipelines and prompt flows in files that nodes refer to, which the checks of the pipeline around them know. */

import { isMapping, type Mapping } from "../../../yaml/value.ts";
import { type CheckContext, joinPath, withoutFileScheme } from "../../checks/local-files.ts";
import { flowPorts } from "./flows/flow-ports.ts";

/** Nodes in which the path of a pipeline or flow is replaced by the pipeline, or by the ports of the flow. */
export function withNestedPipelines(nodes: Mapping, context: CheckContext): Mapping {
  const { pipelines, flows } = context.budget;
  if (pipelines.size === 0 && flows.size === 0) return nodes;
  const expanded: Record<string, Mapping[string]> = Object.assign(Object.create(null), nodes);
  for (const [name, node] of Object.entries(nodes)) {
    if (!isMapping(node)) continue;
    const component = componentOf(node, context);
    if (component !== undefined) expanded[name] = { ...node, component };
  }
  return expanded;
}

function componentOf({ type, component, inputs }: Mapping, { budget, folder }: CheckContext): Mapping | undefined {
  if (typeof component !== "string") return undefined;
  const path = joinPath(folder, withoutFileScheme(component)) ?? "";
  if (type === "parallel") return budget.flows.has(path) ? flowPorts(inputs) : undefined;
  return type === "pipeline" ? budget.pipelines.get(path) : undefined;
}
