/** Converts inline jobs of a pipeline to nodes with components, as in the SDK. @see _component_translatable.py */

import type { Fix, Report, Severity } from "../../../diagnostic.ts";
import { isMapping, type Mapping, mapValues, type Value } from "../../../yaml/value.ts";
import { hasBinding, parseBinding } from "../../fields/bindings.ts";
import { lower } from "../../schema/enums.ts";
import { show } from "../../schema/show.ts";
import { isSparkInstanceType } from "../spark/spark-settings.ts";
import { closestBinding } from "./closest-binding.ts";
import { type BindingTargets, inputPort, outputPort } from "./components/bound-ports.ts";
import { isParameterType } from "./components/component-ports.ts";
import { boundInput, isOutputBinding } from "./nodes/node-fields.ts";

const commandFields = ["description", "tags", "command", "code", "environment", "resources", "distribution"];
const parallelFields = [
  ...["mini_batch_size", "partition_keys", "logging_level", "max_concurrency_per_instance", "error_threshold"],
  ...["mini_batch_error_threshold", "retry_settings", "resources", "task", "input_data"],
];
const sparkFields = ["entry", "py_files", "jars", "files", "archives", "conf", "args", "environment", "properties"];
const copyFields = ["data_copy_mode", "task"];

const nodeFields = {
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
  parallel: [...parallelFields, "compute", "identity", "environment_variables", "properties", "comment"],
  data_transfer: ["compute", "properties", "task"],
  spark: [...sparkFields, "display_name", "tags", "compute", "identity", "resources"],
} as const;
const componentFields: Readonly<Record<keyof typeof nodeFields, readonly string[]>> = {
  command: commandFields,
  parallel: parallelFields,
  data_transfer: copyFields,
  spark: ["description", "tags", "code", ...sparkFields],
};

/** Whether a node is an inline job that is converted to a component. */
export function isInlineJob(node: Mapping): boolean {
  if (node.component !== undefined) return false;
  // Not converted without an environment, because the SDK cannot read such a component; the job cannot run either.
  return (
    (node.type === "spark" && hasMachine(node.resources)) ||
    (node.type === "command" && node.environment !== undefined) ||
    node.type === "parallel" ||
    (node.type === "data_transfer" && node.task === "copy_data")
  );
}

/** Whether the SDK converts a node to a component, which it also does with one that cannot run. */
export function isConvertedBySdk(node: Mapping): boolean {
  return node.component === undefined && (node.type === "command" || node.type === "spark");
}

/** Whether the machines are valid: the SDK neither reads nor prints a spark node with an unsupported machine type. */
function hasMachine(resources: Value | undefined): boolean {
  return (
    resources === undefined ||
    (isMapping(resources) && isSparkInstanceType(resources.instance_type) && resources.runtime_version !== undefined)
  );
}

/** Converts a node to one with a component; reports bindings to targets that do not exist. */
export function toComponentNode(node: Mapping, targets: BindingTargets, report: Report): Mapping {
  const type = node.type as keyof typeof nodeFields;
  const inputs = isMapping(node.inputs) ? node.inputs : {};
  const outputs = isMapping(node.outputs) ? node.outputs : {};
  const missing =
    (value: Value, path: readonly PropertyKey[]) =>
    (message: string): void =>
      report({ severity: "error", code: "unknown_binding", message, path, ...closestFix(value, targets) });
  const ports = {
    inputs: portsOf(inputs, (value, name) => inputPort(value, targets, missing(value, ["inputs", name]))),
    outputs: portsOf(outputs, (value, name) => outputPort(value, targets, missing(value, ["outputs", name]))),
  };
  checkTexts(outputs, type, report);
  if (type === "data_transfer") checkData(ports.inputs, report);
  const settings = pick(node, componentFields[type]);
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
    ...pick(node, nodeFields[type]),
    ...(type === "spark" && isMapping(node.resources)
      ? { resources: { ...node.resources, instance_type: lower(String(node.resources.instance_type)) } }
      : {}),
    component,
    inputs: mapValues(inputs, (value) => (value === undefined ? value : boundInput(value))),
    outputs,
    type,
  };
}

/** The fix of a binding whose target does not exist. */
function closestFix(value: Value | undefined, targets: BindingTargets): { readonly fix?: Fix } {
  const guess = typeof value === "string" ? closestBinding(value, targets) : undefined;
  return guess === undefined ? {} : { fix: { replaceWith: guess } };
}

/** Checks that the inputs of a command that is not converted to a component are bound to existing nodes and inputs. */
export function checkInlineInputs(node: Mapping, targets: BindingTargets, report: Report): void {
  if (node.type !== "command" || node.component !== undefined || !isMapping(node.inputs)) return;
  for (const [name, value] of Object.entries(node.inputs)) {
    const binding = typeof value === "string" ? parseBinding(value) : undefined;
    const reportMissing = (target: string): void =>
      report({
        severity: "error",
        code: "unknown_binding",
        message: `is bound to ${target}, which the pipeline does not have.`,
        path: ["inputs", name],
        ...closestFix(value, targets),
      });
    if (binding?.kind === "node" && !isMapping(targets.nodes[binding.node])) reportMissing(`node ${binding.node}`);
    const input = binding?.kind === "input" ? binding.name.split(".")[0] : undefined;
    if (input !== undefined && !Object.hasOwn(targets.inputs, input)) reportMissing(`input ${binding?.name}`);
  }
}

/** Reports inputs of a copy that are not data. */
function checkData(ports: Mapping, report: Report): void {
  for (const [name, port] of Object.entries(ports)) {
    if (isMapping(port) && isParameterType(port.type))
      report({
        severity: "error",
        code: "wrong_type",
        message: `is of type ${String(port.type)}; a copy supports only data inputs.`,
        path: ["inputs", name],
      });
  }
}

/** Severity of an unbound text output by node type: the SDK rejects some when it reads them, others on submission. */
const textOutputSeverity: Readonly<Record<string, Severity>> = { data_transfer: "error", parallel: "blocker" };

/** Reports outputs that are text but not bound to outputs of the pipeline. */
function checkTexts(outputs: Mapping, type: string, report: Report): void {
  for (const [name, value] of Object.entries(outputs)) {
    if (typeof value !== "string" || isOutputBinding(value)) continue;
    report({
      severity: textOutputSeverity[type] ?? "warning",
      code: "unknown_binding",
      message: `is ${show(value)}; expected \${{parent.outputs.NAME}} or a mapping.`,
      path: ["outputs", name],
    });
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

/** Removes settings that contain bindings, which are valid in a node but not in a component. */
function withoutBindings(settings: Mapping): Mapping {
  const isBound = (value: Value | undefined): boolean =>
    isMapping(value) ? Object.values(value).some(isBound) : hasBinding(value);
  return Object.fromEntries(
    Object.entries(settings).filter(([name, value]) => name === "task" || name === "input_data" || !isBound(value)),
  );
}
