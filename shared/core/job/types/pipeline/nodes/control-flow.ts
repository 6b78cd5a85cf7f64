// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form
/**
 * Conditions and loops, a preview feature of Azure ML.
 * @see azure/ai/ml/_schema/pipeline/control_flow_job.py and condition_node.py
 */
import { toJson } from "../../../../yaml/to-json.ts";
import { isMapping, type Mapping, type Value } from "../../../../yaml/value.ts";
import { bindingSchema, hasBinding, isBinding } from "../../../fields/bindings.ts";
import { inputs } from "../../../fields/inputs-outputs.ts";
import { fields, listOf, mapOf, oneOf } from "../../../schema/containers.ts";
import { aboutNodeOutputs, aboutNodeType } from "../../../schema/descriptions.ts";
import { reportWrong, show } from "../../../schema/diagnostics.ts";
import { word } from "../../../schema/enums.ts";
import { boolean, integer, text } from "../../../schema/scalars.ts";
import { field, jsonSchema, optional, type Piece, piece, readBy } from "../../../schema/schema.ts";
import { nodeOutputs, withoutDroppedFields } from "./node-fields.ts";

function binding(test: (value: unknown) => value is string, expected: string): Piece<string> {
  return piece(
    (value, report) => {
      if (typeof value !== "string") reportWrong(report, value, expected);
      else if (!test(value)) report({ code: "invalid_reference", message: `is ${show(value)}; expected ${expected}.` });
      return value as string;
    },
    () => bindingSchema,
  );
}

const nodeBinding = binding(isBinding, "a node, as in ${" + "{parent.jobs.NAME}}");
const anyBinding = binding(hasBinding, "a binding");
/** One node or several; a list of one node is that node. */
const block: Piece<Value> = piece(
  (value, report) => {
    if (!Array.isArray(value)) return readBy(nodeBinding, value, report) as Value;
    const nodes = readBy(listOf(nodeBinding), value, report) ?? [];
    return nodes.length === 1 ? (nodes[0] as Value) : nodes;
  },
  () => ({ anyOf: [jsonSchema(nodeBinding), jsonSchema(listOf(nodeBinding))] }),
);

const ifElse = fields(
  {
    type: field(word(["if_else"]), aboutNodeType),
    condition: optional(
      oneOf<Value>(
        (value) => (hasBinding(value) ? (text as Piece<Value>) : (boolean as Piece<Value>)),
        "a binding, true or false",
        [anyBinding as Piece<Value>, boolean],
      ),
      "Condition: true, false, or a binding to an output that is true or false.",
    ),
    true_block: optional(block, "Node or nodes that run if the condition is true."),
    false_block: optional(block, "Node or nodes that run if the condition is false."),
  },
  { unknown: "keep" },
);

const iterations: Piece<number | bigint> = piece(
  (value, report) => {
    const count = readBy(integer, value, report);
    if (count !== undefined && (count < 1 || count > 1000))
      report({ code: "out_of_range", message: `is ${count}; expected 1 to 1000.` });
    return count ?? 1;
  },
  () => ({ ...jsonSchema(integer), minimum: 1, exclusiveMaximum: 1001 }),
);

const target: Piece<Value> = piece(
  (value, report) =>
    Array.isArray(value) ? (readBy(listOf(text), value, report) as Value) : [readBy(text, value, report) as Value],
  () => ({ anyOf: [jsonSchema(text), jsonSchema(listOf(text))] }),
);

const aboutBody = "Node that runs in each iteration: `${{parent.jobs.NAME}}`.";

const doWhile = fields(
  {
    type: field(word(["do_while"]), aboutNodeType),
    body: optional(anyBinding, aboutBody),
    condition: optional(text, "Output of the body; the loop continues while it is true."),
    mapping: field(mapOf(target), "Output of the body -> inputs that receive its value in the next iteration."),
    limits: field(
      fields({ max_iteration_count: field(iterations, "Maximum number of iterations, 1 to 1000.") }),
      "Limits of the loop.",
    ),
  },
  { unknown: "keep" },
);

/** The items of a loop, printed as JSON: a list or mapping of inputs, JSON text of either, or a binding. */
const items: Piece<string> = piece(
  (value, report) => {
    if (typeof value === "string") return value;
    const read = Array.isArray(value)
      ? readBy(listOf(inputs), value, report)
      : isMapping(value)
        ? readBy(mapOf(inputs), value, report)
        : undefined;
    if (read === undefined && !Array.isArray(value) && !isMapping(value))
      reportWrong(report, value, "a list or a mapping of inputs");
    return spacedJson(read as Value | undefined);
  },
  () => ({ anyOf: [jsonSchema(text), jsonSchema(listOf(inputs)), jsonSchema(mapOf(inputs))] }),
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
    type: field(word(["parallel_for"]), aboutNodeType),
    body: optional(anyBinding, aboutBody),
    items: field(items, "Inputs of each iteration: a list, a mapping, JSON text of either, or a binding."),
    max_concurrency: optional(integer, "Maximum number of concurrent iterations."),
    outputs: optional(nodeOutputs, aboutNodeOutputs),
  },
  { unknown: "keep" },
);

function nodeOf(type: string, inner: Piece<object>): Piece<Mapping> {
  return piece(
    (value, report) => ({ ...withoutDroppedFields((readBy(inner, value, report) ?? {}) as Mapping), type }),
    () => jsonSchema(inner),
  );
}

export const ifElseNode = nodeOf("if_else", ifElse);
export const doWhileNode = nodeOf("do_while", doWhile);
export const parallelForNode = nodeOf("parallel_for", parallelFor);
