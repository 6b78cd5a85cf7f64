/** Turns jobs that are written inline in a pipeline into nodes with components, as the SDK does. @see _component_translatable.py of the SDK */
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import type { Find } from "../../checks/common.ts";
import { hasBinding, parseBinding } from "../../fields/bindings.ts";
import { type Problem, type Report, show } from "../../schema/diagnostics.ts";
import { lower } from "../../schema/enums.ts";
import { isSparkInstanceType } from "../spark/fields.ts";
import { type BindingTargets, inputPort, outputPort } from "./components/bound-ports.ts";
import { isParameterType } from "./components/component-ports.ts";
import { isOutputBinding, nodeInputs } from "./nodes/node-fields.ts";

const ofCommand = ["description", "tags", "command", "code", "environment", "resources", "distribution"];
const ofParallel = [
  ...["mini_batch_size", "partition_keys", "logging_level", "max_concurrency_per_instance", "error_threshold"],
  ...["mini_batch_error_threshold", "retry_settings", "resources", "task", "input_data"],
];
const ofSpark = ["entry", "py_files", "jars", "files", "archives", "conf", "args", "environment", "properties"];
const ofCopy = ["data_copy_mode", "task"];

const kept = {
  command: [
    ...[
      "display_name",
      "tags",
      "compute",
      "limits",
      "services",
      "properties",
      "identity",
      "queue_settings",
      "environment_variables",
    ],
    "resources",
    "distribution",
  ],
  parallel: [...ofParallel, "compute", "identity", "environment_variables", "properties", "comment"],
  data_transfer: ["compute", "properties", "task"],
  spark: [...ofSpark, "display_name", "tags", "compute", "identity", "resources"],
} as const;
const ofComponent: Readonly<Record<keyof typeof kept, readonly string[]>> = {
  command: ofCommand,
  parallel: ofParallel,
  data_transfer: ofCopy,
  spark: ["description", "tags", "code", ...ofSpark],
};

/** Whether a node is a job written inline that becomes a component. */
export function isInlineJob(node: Mapping): boolean {
  if (node.component !== undefined) return false;
  // The SDK cannot read a component without an environment, so such a job stays as it is; it cannot run either way.
  return (
    (node.type === "spark" && hasMachine(node.resources)) ||
    (node.type === "command" && node.environment !== undefined) ||
    node.type === "parallel" ||
    (node.type === "data_transfer" && node.task === "copy_data")
  );
}

/** The SDK cannot print a spark node with a machine that spark does not run on, and reads none. */
function hasMachine(resources: Value | undefined): boolean {
  return (
    resources === undefined ||
    (isMapping(resources) && isSparkInstanceType(resources.instance_type) && resources.runtime_version !== undefined)
  );
}

/** The node with a component made of it. Reports bindings to what is not there. */
export function toComponentNode(
  node: Mapping,
  targets: BindingTargets,
  { report, find }: { readonly report: Report; readonly find: Find },
): Mapping {
  const type = node.type as keyof typeof kept;
  const inputs = isMapping(node.inputs) ? node.inputs : {};
  const outputs = isMapping(node.outputs) ? node.outputs : {};
  const ports = {
    inputs: portsOf(inputs, (value, name) =>
      inputPort(value, targets, (message) => report({ code: "unknown_binding", message, path: ["inputs", name] })),
    ),
    outputs: portsOf(outputs, (value, name) =>
      outputPort(value, targets, (message) => report({ code: "unknown_binding", message, path: ["outputs", name] })),
    ),
  };
  checkTexts(outputs, type, report, find);
  if (type === "data_transfer") checkData(ports.inputs, report);
  const settings = pick(node, ofComponent[type]);
  const component: Mapping = {
    ...(type === "parallel" ? { mini_batch_size: "0", ...withoutBindings(settings) } : settings),
    ...ports,
    name: "azureml_anonymous",
    version: "1",
    is_deterministic: true,
    type,
  };
  return {
    ...(type === "parallel" ? { mini_batch_size: "0" } : {}),
    ...pick(node, kept[type]),
    ...(type === "spark" && isMapping(node.resources)
      ? { resources: { ...node.resources, instance_type: lower(String(node.resources.instance_type)) } }
      : {}),
    component,
    inputs: nodeInputs.parse(inputs) as Mapping,
    outputs,
    type,
  };
}

/** What the inputs of a command that stays a job are bound to; the ports of other nodes depend on which of them have components yet. */
export function checkInlineInputs(node: Mapping, targets: BindingTargets, report: Report): void {
  if (node.type !== "command" || node.component !== undefined || !isMapping(node.inputs)) return;
  for (const [name, value] of Object.entries(node.inputs)) {
    const binding = typeof value === "string" ? parseBinding(value) : undefined;
    const missing = (what: string): void =>
      report({
        code: "unknown_binding",
        message: `is bound to ${what}, which the pipeline does not have.`,
        path: ["inputs", name],
      });
    if (binding?.kind === "node" && !isMapping(targets.nodes[binding.node])) missing(`node ${binding.node}`);
    if (binding?.kind === "input" && !Object.hasOwn(targets.inputs, binding.name.split(".")[0] ?? ""))
      missing(`input ${binding.name}`);
  }
}

/** A copy has data for inputs, and nothing else. */
function checkData(ports: Mapping, report: Report): void {
  for (const [name, port] of Object.entries(ports)) {
    if (isMapping(port) && isParameterType(port.type))
      report({
        code: "wrong_type",
        message: `is of type ${String(port.type)}; a copy supports only data inputs.`,
        path: ["inputs", name],
      });
  }
}

/** Outputs that are texts but no outputs of the pipeline. */
function checkTexts(outputs: Mapping, type: string, report: Report, find: Find): void {
  for (const [name, value] of Object.entries(outputs)) {
    if (typeof value !== "string" || isOutputBinding(value)) continue;
    const problem: Problem = {
      code: "unknown_binding",
      message: `is ${show(value)}; expected \${{parent.outputs.NAME}} or a mapping.`,
      path: ["outputs", name],
    };
    if (type === "data_transfer") report(problem);
    else find({ ...problem, blocks: type === "parallel" });
  }
}

function pick(node: Mapping, names: readonly string[]): Mapping {
  return Object.fromEntries(names.flatMap((name) => (node[name] === undefined ? [] : [[name, node[name]]])));
}

function portsOf(given: Mapping, change: (value: Value, name: string) => Mapping): Mapping {
  const changed: Record<string, Value> = Object.create(null);
  for (const [name, value] of Object.entries(given)) if (value !== undefined) changed[name] = change(value, name);
  return changed;
}

/** Settings of a component cannot be bound; those of its node can. */
function withoutBindings(settings: Mapping): Mapping {
  const isBound = (value: Value | undefined): boolean =>
    isMapping(value) ? Object.values(value).some(isBound) : hasBinding(value);
  return Object.fromEntries(
    Object.entries(settings).filter(([name, value]) => name === "task" || name === "input_data" || !isBound(value)),
  );
}
