/** Pipelines in files that nodes refer to: read once, and known to the checks of the pipeline around them. */

import { isMapping, type Mapping } from "../../../yaml/value.ts";
import { type CheckContext, joinPath, withoutFileScheme } from "../../checks/local-files.ts";

/** Nodes in which the path of a pipeline file is replaced by the pipeline that was read from it. */
export function withNestedPipelines(nodes: Mapping, { budget, folder }: CheckContext): Mapping {
  if (budget.pipelines.size === 0) return nodes;
  const expanded: Record<string, Mapping[string]> = Object.assign(Object.create(null), nodes);
  for (const [name, node] of Object.entries(nodes)) {
    if (!isMapping(node) || node.type !== "pipeline" || typeof node.component !== "string") continue;
    const component = budget.pipelines.get(joinPath(folder, withoutFileScheme(node.component)) ?? "");
    if (component !== undefined) expanded[name] = { ...node, component };
  }
  return expanded;
}
