import { objectAt, textAt } from "../request-and-reply.ts";
import type { Node } from "./job-parts.ts";
import type { JobRule } from "./job-rule.ts";

/** Nodes that run something themselves; copies, loops and conditions are run by the pipeline. */
const running = new Set(["command", "spark", "sweep", "parallel", "automl"]);

/**
 * Each running node of a pipeline needs a compute, its own or the default one, or for Spark an instance type. Other
 * jobs run on serverless compute without one.
 *
 * @see `PipelineComponent._validate_compute_is_set` in azure/ai/ml/entities/_component/pipeline_component.py
 */
export const computeRule: JobRule = {
  graph: ({ nodes, defaultCompute }) => {
    const node = isSet(defaultCompute) ? undefined : nodes.find(lacksCompute);
    return node && { message: `The compute of the node ${node.name} is missing.`, target: `${node.place}computeId` };
  },
};

function lacksCompute({ type, body }: Node): boolean {
  const hasOwn = isSet(body.computeId ?? body.compute) || isSet(textAt(objectAt(body, "resources"), "instance_type"));
  return running.has(type) && !hasOwn;
}

function isSet(compute: unknown): boolean {
  return compute !== undefined && compute !== null && compute !== "";
}
