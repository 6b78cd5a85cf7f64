// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form
/**
 * Conditions and loops, a preview feature of Azure ML.
 * @see azure/ai/ml/_schema/pipeline/control_flow_job.py and condition_node.py
 */

import * as z from "zod/mini";
import { toJson } from "../../../../yaml/to-json.ts";
import { isMapping, type Mapping, type Value } from "../../../../yaml/value.ts";
import { bindingSchema, hasBinding, isBinding } from "../../../fields/bindings.ts";
import { inputs } from "../../../fields/inputs-outputs.ts";
import { listOf, mapOf, oneOf } from "../../../schema/containers.ts";
import { choice, custom, parsePart, transformed } from "../../../schema/custom.ts";
import { aboutNodeOutputs, aboutNodeType } from "../../../schema/descriptions.ts";
import { enumOf } from "../../../schema/enums.ts";
import { fields } from "../../../schema/fields.ts";
import { addIssue, wrongType } from "../../../schema/issues.ts";
import { boolean, integer, text } from "../../../schema/scalars.ts";
import { optional, required, type Schema } from "../../../schema/schema.ts";
import { show } from "../../../schema/show.ts";
import { nodeOutputs, withoutDroppedFields } from "./node-fields.ts";

function binding(test: (value: unknown) => value is string, expected: string): Schema<string> {
  return custom((value, payload) => {
    if (typeof value !== "string") return wrongType(payload, expected);
    return test(value) ? value : addIssue(payload, "invalid_reference", `is ${show(value)}; expected ${expected}.`);
  }, bindingSchema);
}

/** One text or a list of texts. */
function oneOrMore<T>(type: Schema<string>, read: (texts: readonly string[]) => T): Schema<T> {
  const list = transformed(listOf(type), read);
  const one = transformed(type, (text) => read([text]));
  return choice(
    (value) => (Array.isArray(value) ? list : one),
    (convert) => ({ anyOf: [convert(one), convert(list)] }),
  );
}

const nodeBinding = binding(isBinding, "a node, as in ${" + "{parent.jobs.NAME}}");
const anyBinding = binding(hasBinding, "a binding");
/** One node or several; a list of one node is that node. */
const block: Schema<Value> = oneOrMore(nodeBinding, (nodes) => (nodes.length === 1 ? nodes[0] : nodes) ?? "");

const ifElse = fields(
  {
    type: required(enumOf(["if_else"]), aboutNodeType),
    condition: optional(
      oneOf<Value>((value) => (hasBinding(value) ? text : boolean), "a binding, true or false", [anyBinding, boolean]),
      "Condition: true, false, or a binding to an output that is true or false.",
    ),
    true_block: optional(block, "Node or nodes that run if the condition is true."),
    false_block: optional(block, "Node or nodes that run if the condition is false."),
  },
  { unknown: "keep" },
);

const iterations: Schema<number | bigint> = custom(
  (value, payload, context) => {
    const count = parsePart(integer, value, payload, context);
    if (count !== undefined && (count < 1 || count > 1000))
      addIssue(payload, "out_of_range", `is ${count}; expected 1 to 1000.`);
    return count ?? z.NEVER;
  },
  (convert) => ({ ...convert(integer), minimum: 1, exclusiveMaximum: 1001 }),
);

const target = oneOrMore(text, (texts) => texts);

const aboutBody = "Node that runs in each iteration: `${{parent.jobs.NAME}}`.";

const doWhile = fields(
  {
    type: required(enumOf(["do_while"]), aboutNodeType),
    body: optional(anyBinding, aboutBody),
    condition: optional(text, "Output of the body; the loop continues while it is true."),
    mapping: required(mapOf(target), "Output of the body -> inputs that receive its value in the next iteration."),
    limits: required(
      fields({ max_iteration_count: required(iterations, "Maximum number of iterations, 1 to 1000.") }),
      "Limits of the loop.",
    ),
  },
  { unknown: "keep" },
);

/** The items of a loop, printed as JSON: a list or mapping of inputs, JSON text of either, or a binding. */
const listItems = transformed(listOf(inputs), spacedJson);
const namedItems = transformed(mapOf(inputs), spacedJson);
const items = oneOf<string>(
  (value) => {
    if (typeof value === "string") return text;
    if (Array.isArray(value)) return listItems;
    return isMapping(value) ? namedItems : undefined;
  },
  "a list or a mapping of inputs",
  [text, listItems, namedItems],
);

/** JSON as Python prints it, with a blank after each comma and colon. */
function spacedJson(value: Value | undefined): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(", ")}]`;
  if (!isMapping(value)) return JSON.stringify(toJson(value)) ?? "null";
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}: ${spacedJson(member)}`)
    .join(", ")}}`;
}

const parallelFor = fields(
  {
    type: required(enumOf(["parallel_for"]), aboutNodeType),
    body: optional(anyBinding, aboutBody),
    items: required(items, "Inputs of each iteration: a list, a mapping, JSON text of either, or a binding."),
    max_concurrency: optional(integer, "Maximum number of concurrent iterations."),
    outputs: optional(nodeOutputs, aboutNodeOutputs),
  },
  { unknown: "keep" },
);

function nodeOf(type: string, inner: Schema<Mapping>): Schema<Mapping> {
  return transformed(inner, (node) => ({ ...withoutDroppedFields(node), type }));
}

export const ifElseNode = nodeOf("if_else", ifElse);
export const doWhileNode = nodeOf("do_while", doWhile);
export const parallelForNode = nodeOf("parallel_for", parallelFor);
