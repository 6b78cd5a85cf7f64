/** Ports of a component created from an inline node: a bound port has the type and mode of its target. */

import { pythonText } from "../../../../yaml/python-text.ts";
import { isFloat, isInteger, isMapping, type Mapping, type Value } from "../../../../yaml/value.ts";
import { parseBinding } from "../../../fields/bindings.ts";
import { show } from "../../../schema/show.ts";
import { isOutputBinding } from "../nodes/node-fields.ts";
import { isComponentFile } from "./components.ts";

/** The inputs, outputs and nodes of a pipeline, which its nodes can be bound to. */
export interface BindingTargets {
  readonly inputs: Mapping;
  readonly outputs: Mapping;
  readonly nodes: Mapping;
  /** How many more targets are guessed, because each guess compares all names. */
  readonly guesses: { left: number };
  /** Names of inline nodes that the SDK has converted to components, whose outputs are those that they declare. */
  readonly converted?: ReadonlySet<string>;
}

interface Port {
  readonly type: string;
  readonly mode?: string | undefined;
}

const folder: Port = { type: "uri_folder" };

/** Maximum length of a chain of nodes whose ports are bound to each other; it ends the recursion in a cycle. */
const maxLevels = 10;

function literalType(value: Value): string | undefined {
  if (typeof value === "boolean") return "boolean";
  if (isInteger(value)) return "integer";
  if (typeof value === "number" || isFloat(value)) return "number";
  return typeof value === "string" ? "string" : undefined;
}

export function inputPort(value: Value, targets: BindingTargets, reportMissing: (message: string) => void): Mapping {
  if (typeof value === "string" && /^\$\{\{parent\.(?:inputs|jobs)\..*?\}\}$/.test(value))
    return { ...targetPort(value, targets, reportMissing) };
  const type = literalType(value);
  if (type !== undefined) return { type, default: pythonText(value) };
  return { ...assetPort(value) };
}

export function outputPort(value: Value, targets: BindingTargets, reportMissing: (message: string) => void): Mapping {
  if (typeof value !== "string") return { ...assetPort(value) };
  return isOutputBinding(value) ? { ...targetPort(value, targets, reportMissing) } : { type: "string" };
}

function assetPort(value: Value | undefined): Port {
  if (!isMapping(value)) return folder;
  return {
    type: typeof value.type === "string" ? value.type : "uri_folder",
    ...(typeof value.mode === "string" ? { mode: value.mode } : {}),
  };
}

/** The type and mode of the target of a binding. */
function targetPort(value: string, targets: BindingTargets, reportMissing: (message: string) => void, level = 0): Port {
  const binding = parseBinding(value);
  if (binding === undefined) reportMissing(`is ${show(value)}, which does not name an input or output.`);
  if (binding === undefined || level > maxLevels) return folder;
  if (binding.kind !== "node") return pipelinePort(binding.kind, binding.name, targets, reportMissing);
  const node = Object.hasOwn(targets.nodes, binding.node) ? targets.nodes[binding.node] : undefined;
  if (isMapping(node)) return { type: nodePortType(node, binding, targets, reportMissing, level) };
  reportMissing(`is bound to node ${binding.node}, which the pipeline does not have.`);
  return folder;
}

function pipelinePort(
  kind: "input" | "output",
  path: string,
  targets: BindingTargets,
  reportMissing: (message: string) => void,
): Port {
  const ports = kind === "input" ? targets.inputs : targets.outputs;
  // Only inputs can be grouped.
  const name = kind === "input" ? (path.split(".")[0] ?? "") : path;
  if (!Object.hasOwn(ports, name)) {
    reportMissing(`is bound to ${kind} ${name}, which the pipeline does not have.`);
    return folder;
  }
  const type = literalType(ports[name] as Value);
  return type === undefined ? assetPort(ports[name]) : { type };
}

function componentOf({ component, trial }: Mapping): Mapping | undefined {
  return isMapping(component) ? component : isMapping(trial) ? trial : undefined;
}

/** Whether the component of a node is registered. */
function isRegistered({ component, trial }: Mapping): boolean {
  const name = component ?? trial;
  return typeof name === "string" && !isComponentFile(name);
}

/** Whether the component of a node is known. */
export function hasComponent(node: Mapping): boolean {
  return componentOf(node) !== undefined;
}

/** The inputs or outputs that the component of a node declares; undefined if they are not known. */
export function declaredPorts(node: Mapping, port: "inputs" | "outputs"): Value | undefined {
  const component = componentOf(node);
  return component?.type === "import" ? importPorts(component)[port] : component?.[port];
}

/** The ports of an import component, which are named `source` and `output` in it. */
export function importPorts({ source, output }: Mapping): {
  readonly inputs: Value | undefined;
  readonly outputs: Mapping;
} {
  return { inputs: source, outputs: { output } };
}

/** The type of the port of a node, which is the target of a binding. */
function nodePortType(
  node: Mapping,
  { node: nodeName, port, name }: { readonly node: string; readonly port: "inputs" | "outputs"; readonly name: string },
  targets: BindingTargets,
  reportMissing: (message: string) => void,
  level: number,
): string {
  const bound = `is bound to ${port} ${name} of node ${nodeName}`;
  if (hasComponent(node)) {
    const found = member(declaredPorts(node, port), name);
    if (isMapping(found)) return String(found.type);
    reportMissing(`${bound}, which that node does not have.`);
    return folder.type;
  }
  if (node.type === "automl") {
    if (port !== "outputs") reportMissing(`${bound}, which an automl node does not have.`);
    return "mltable";
  }
  // The only output of an import is in `output`, not in `outputs`.
  const ports =
    node.type === "import" && port === "outputs" && node.output !== undefined ? { output: node.output } : node[port];
  const own = member(ports, name);
  // The ports of a registered component are not known, so the SDK accepts those that the node itself has.
  if (own === undefined && (isRegistered(node) || targets.converted?.has(nodeName) === true))
    reportMissing(`${bound}, which that node does not have.`);
  return typeof own === "string" ? targetPort(own, targets, reportMissing, level + 1).type : assetPort(own).type;
}

function member(mapping: Value | undefined, name: string): Value | undefined {
  return isMapping(mapping) && Object.hasOwn(mapping, name) ? mapping[name] : undefined;
}
