import { isObject, type JsonObject, objectAt } from "../request-and-reply.ts";
import type { Graph, Node } from "./job-parts.ts";
import type { JobRule } from "./job-rule.ts";

/**
 * A command or the arguments of Spark may refer only to inputs, outputs and parameters that the job has, except in
 * `$[[optional parts]]` and for inputs in `[brackets]`.
 *
 * @see `_validate_inputs_for` in azure/ai/ml/entities/_job/_input_output_helpers.py
 */
export const taskBindingRule: JobRule = {
  task: ({ type, text, inputs, outputs, searchSpace, place }) => {
    const maps: Readonly<Record<string, JsonObject>> = { inputs, outputs, search_space: searchSpace };
    const missing = bindingsIn(withoutOptionalParts(text)).find((binding) => {
      const [kind = "", ...key] = binding.split(".");
      if (kind === "parent") return true;
      const map = maps[kind];
      // A parameter of a sweep may also be bound as an input.
      const isParameter = kind === "inputs" && hasKey(searchSpace, key);
      return map !== undefined && !isParameter && !hasKey(map, key);
    });
    return missing === undefined ? undefined : unresolved(missing, `${place}${type === "spark" ? "args" : "command"}`);
  },
};

/**
 * A node of a pipeline may be bound only to inputs and outputs of the pipeline and to outputs of its other nodes.
 *
 * @see https://learn.microsoft.com/azure/machine-learning/reference-yaml-core-syntax#binding-inputs-and-outputs
 */
export const nodeBindingRule: JobRule = {
  graph: (graph) => {
    for (const { place, body } of graph.nodes) {
      const missing = textsIn(body)
        .flatMap(bindingsIn)
        .find((binding) => binding.startsWith("parent.") && !isResolved(binding, graph));
      if (missing !== undefined) return unresolved(missing, place.slice(0, -1));
    }
    return undefined;
  },
};

function isResolved(binding: string, { inputs, outputs, nodes }: Graph): boolean {
  const [, kind, ...key] = binding.split(".");
  if (kind === "inputs") return hasKey(inputs, key);
  if (kind === "outputs") return hasKey(outputs, key);
  const [name, part, ...output] = key;
  const node = nodes.find((each) => each.name === name);
  if (kind !== "jobs" || node === undefined) return false;
  // Conditions and loops refer to whole nodes.
  if (part === undefined) return true;
  return part === "outputs" ? hasOutput(node, output) : part === "inputs";
}

/** Outputs that every prompt flow has, without a declaration. @see FlowComponent of the SDK */
const flowOutputs: readonly string[] = ["flow_outputs", "debug_info"];

/** Whether a node has an output; the outputs of an unknown component, a loop or AutoML are not known here. */
function hasOutput({ type, body, component }: Node, key: readonly string[]): boolean {
  if (component === undefined || type === "sweep") return true;
  if (component.type === "promptflow_parallel" && flowOutputs.includes(key.join("."))) return true;
  return hasKey(objectAt(body, "outputs"), key) || hasKey(objectAt(component, "outputs"), key);
}

/** Whether a map has a key; groups of inputs have keys with dots, and a binding may be to a group or a member. */
function hasKey(map: JsonObject, key: readonly string[]): boolean {
  const whole = key.join(".");
  return Object.keys(map).some((name) => name === whole || name.startsWith(`${whole}.`) || name === key[0]);
}

function unresolved(binding: string, target: string) {
  return { message: `The binding \${{${binding}}} has no target in the job.`, target };
}

/** A text without `$[[...]]`; split, because a regular expression takes quadratic time. */
function withoutOptionalParts(text: string): string {
  const [start = "", ...parts] = text.split("$[[");
  const rest = parts.map((part) => (part.includes("]]") ? part.slice(part.indexOf("]]") + 2) : part));
  return [start, ...rest].join("").replaceAll(/\[[\w.\s-]{0,255}\$\{\{inputs\.[\w.-]{1,255}\}\}\]/g, "");
}

function bindingsIn(text: string): readonly string[] {
  return [...text.matchAll(/\$\{\{([^{}]*)\}\}/g)].map(([, binding = ""]) => binding.trim());
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}
