/** The ports of a component that is made of an inline node: a binding has the type and mode of what it names. */
import { pythonText } from "../../../../yaml/python-text.ts";
import { isFloat, isInteger, isMapping, type Mapping, type Value } from "../../../../yaml/value.ts";
import { parseBinding } from "../../../fields/bindings.ts";
import { show } from "../../../schema/diagnostics.ts";
import { isOutputBinding } from "../nodes/node-fields.ts";

/** What a pipeline has that its nodes can be bound to. */
export interface BindingTargets {
  readonly inputs: Mapping;
  readonly outputs: Mapping;
  readonly nodes: Mapping;
}

interface Port {
  readonly type: string;
  readonly mode?: string | undefined;
}

const folder: Port = { type: "uri_folder" };

function literalType(value: Value): string | undefined {
  if (typeof value === "boolean") return "boolean";
  if (isInteger(value)) return "integer";
  if (typeof value === "number" || isFloat(value)) return "number";
  return typeof value === "string" ? "string" : undefined;
}

export function inputPort(value: Value, targets: BindingTargets, missing: (message: string) => void): Mapping {
  if (typeof value === "string" && /^\$\{\{parent\.(?:inputs|jobs)\..*?\}\}$/.test(value))
    return { ...source(value, targets, missing) };
  const type = literalType(value);
  if (type !== undefined) return { type, default: pythonText(value) };
  return { ...assetPort(value) };
}

export function outputPort(value: Value, targets: BindingTargets, missing: (message: string) => void): Mapping {
  if (typeof value !== "string") return { ...assetPort(value) };
  return isOutputBinding(value) ? { ...source(value, targets, missing) } : { type: "string" };
}

function assetPort(value: Value | undefined): Port {
  if (!isMapping(value)) return folder;
  return {
    type: typeof value.type === "string" ? value.type : "uri_folder",
    ...(typeof value.mode === "string" ? { mode: value.mode } : {}),
  };
}

/** The type and mode of what a binding names. */
function source(value: string, targets: BindingTargets, missing: (message: string) => void, level = 0): Port {
  const binding = parseBinding(value);
  if (binding === undefined) missing(`is ${show(value)}, which does not name an input or output.`);
  if (binding === undefined || level > 10) return folder;
  if (binding.kind !== "node") {
    const ports = binding.kind === "input" ? targets.inputs : targets.outputs;
    // Only inputs come in groups.
    const name = binding.kind === "input" ? (binding.name.split(".")[0] ?? "") : binding.name;
    if (!Object.hasOwn(ports, name)) missing(`is bound to ${binding.kind} ${name}, which the pipeline does not have.`);
    const found = Object.hasOwn(ports, name) ? (ports[name] as Value) : null;
    const type = literalType(found);
    return type === undefined ? assetPort(found) : { type };
  }
  const node = Object.hasOwn(targets.nodes, binding.node) ? targets.nodes[binding.node] : undefined;
  if (!isMapping(node)) {
    missing(`is bound to node ${binding.node}, which the pipeline does not have.`);
    return folder;
  }
  return { type: nodePort(node, binding, targets, missing, level) };
}

/** The ports of an import component, which it has by other names. */
export function importPorts({ source, output }: Mapping): {
  readonly inputs: Value | undefined;
  readonly outputs: Mapping;
} {
  return { inputs: source, outputs: { output } };
}

function nodePort(
  node: Mapping,
  { node: nodeName, port, name }: { readonly node: string; readonly port: "inputs" | "outputs"; readonly name: string },
  targets: BindingTargets,
  missing: (message: string) => void,
  level: number,
): string {
  const component = isMapping(node.component) ? node.component : isMapping(node.trial) ? node.trial : undefined;
  const declared = component?.type === "import" ? importPorts(component)[port] : component?.[port];
  if (component !== undefined) {
    const found = isMapping(declared) && Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (isMapping(found)) return String(found.type);
    missing(`is bound to ${port} ${name} of node ${nodeName}, which that node does not have.`);
    return "uri_folder";
  }
  if (node.type === "automl") {
    if (port !== "outputs")
      missing(`is bound to ${port} ${name} of node ${nodeName}, which an automl node does not have.`);
    return "mltable";
  }
  // An import has one output, outside of its outputs.
  const ports =
    node.type === "import" && port === "outputs" && node.output !== undefined ? { output: node.output } : node[port];
  const own = isMapping(ports) && Object.hasOwn(ports, name) ? ports[name] : undefined;
  return typeof own === "string" ? source(own, targets, missing, level + 1).type : assetPort(own).type;
}
