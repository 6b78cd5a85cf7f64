import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import type { Binding } from "../../fields/bindings.ts";
import { declaredPorts, hasComponent } from "./components/bound-ports.ts";

/** The target of a binding, if it does not exist. */
export function missingTarget(binding: Binding, pipeline: Mapping): string | undefined {
  if (binding.kind !== "node") {
    const ports = binding.kind === "input" ? pipeline.inputs : pipeline.outputs;
    return hasPort(ports, binding.name) ? undefined : `${binding.kind} ${binding.name} of the pipeline`;
  }
  const { node: name, port } = binding;
  const node = nodeOf(pipeline, name);
  if (node === undefined) return `node ${name}`;
  if (!hasComponent(node)) return undefined;
  return hasPort(declaredPorts(node, port), binding.name) ? undefined : `${port} ${binding.name} of node ${name}`;
}

/** The node with this name. */
export function nodeOf({ jobs }: Mapping, name: string): Mapping | undefined {
  const node = isMapping(jobs) && Object.hasOwn(jobs, name) ? jobs[name] : undefined;
  return isMapping(node) ? node : undefined;
}

/** Whether a port exists; inputs may be grouped, as in `group.name`. */
function hasPort(ports: Value | undefined, name: string): boolean {
  return isMapping(ports) && (Object.hasOwn(ports, name) || Object.hasOwn(ports, name.split(".")[0] ?? ""));
}
