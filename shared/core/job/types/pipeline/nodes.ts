/** The nodes of a pipeline, by their type. @see PipelineJobsField of the SDK */

import type { Fix } from "../../../diagnostic.ts";
import { pointer } from "../../../issues.ts";
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { lookUp, schemaByField, typedSchema } from "../../schema/containers.ts";
import { choice, custom, parsePart, transformed } from "../../schema/custom.ts";
import { aboutCompute, aboutNodeType, aboutPipeline, aboutResources } from "../../schema/descriptions.ts";
import { enumOf, lower } from "../../schema/enums.ts";
import { fields } from "../../schema/fields.ts";
import { addIssue, type Payload, wrongType, wrongValue } from "../../schema/issues.ts";
import { adjustJsonSchema, type JsonSchema } from "../../schema/json-schema.ts";
import { anything } from "../../schema/scalars.ts";
import { optional, required, type Schema } from "../../schema/schema.ts";
import { show } from "../../schema/show.ts";
import { requiredFields, type Shape, shapesOf } from "../../schema/suggest/shapes.ts";
import { componentField, nodeResources } from "./components/components.ts";
import { automlNode } from "./nodes/automl.ts";
import { commandNode } from "./nodes/command.ts";
import { doWhileNode, ifElseNode, parallelForNode } from "./nodes/control-flow.ts";
import { dataTransferNode } from "./nodes/data-transfer.ts";
import { importNode } from "./nodes/import.ts";
import { componentNodeFields, droppedFields, nodeCompute, withoutDroppedFields } from "./nodes/node-fields.ts";
import { parallelNode } from "./nodes/parallel.ts";
import { sparkNode } from "./nodes/spark.ts";
import { sweepNode } from "./nodes/sweep.ts";
import { renamedBindings } from "./renamed-bindings.ts";

const pipelineNodeFields = fields(
  {
    type: required(enumOf(["pipeline"]), aboutNodeType),
    component: required(componentField(undefined), aboutPipeline),
    ...componentNodeFields,
    compute: optional(nodeCompute, aboutCompute),
    settings: optional(anything, "Not used: only the settings of the job apply."),
    resources: optional(nodeResources, aboutResources),
  },
  { unknown: "keep" },
);

/** A pipeline within a pipeline: registered, or in a file, because the SDK does not support inline ones. */
const pipelineNode = transformed<Mapping, Mapping>(pipelineNodeFields, ({ settings: _unused, ...node }) => ({
  ...withoutDroppedFields(node),
  type: "pipeline",
}));
// The type may be omitted, because the component file contains it.
adjustJsonSchema(pipelineNodeFields, (schema) => ({ ...withOpenPorts(schema), required: ["component"] }));

/**
 * The schema of a job or node that runs a pipeline. If the pipeline is in a file, any inputs and outputs are valid:
 * inputs and outputs that the file does not declare are dropped without being validated.
 */
export function withOpenPorts(schema: JsonSchema): JsonSchema {
  const { inputs, outputs, ...properties } = schema.properties as Readonly<Record<string, JsonSchema>>;
  const open = { inputs: { description: inputs?.description }, outputs: { description: outputs?.description } };
  return {
    ...schema,
    properties: { ...properties, ...open },
    if: { required: ["component"], properties: { component: { type: "string", not: { pattern: "^azureml:" } } } },
    else: { properties: { inputs, outputs } },
  };
}

const kinds: Readonly<Record<string, Schema<Mapping>>> = {
  command: commandNode,
  sweep: sweepNode,
  parallel: parallelNode,
  pipeline: pipelineNode,
  data_transfer: dataTransferNode,
  spark: sparkNode,
  automl: automlNode,
  import: importNode,
  if_else: ifElseNode,
  do_while: doWhileNode,
  parallel_for: parallelForNode,
};

/** The type of a node without a `type`: the first one that matches, as in the SDK. */
function defaultNodeType(node: Mapping): string {
  const { component, trial } = node;
  if (isMapping(component) && typeof component.type === "string" && Object.hasOwn(kinds, component.type))
    return component.type;
  if (component !== undefined || node.command !== undefined) return "command";
  if (trial !== undefined) return "sweep";
  if (node.source !== undefined) return "import";
  return Object.keys(node).length === 0 || node.task !== undefined || node.input_data !== undefined
    ? "parallel"
    : "command";
}

/** The type of the component in the field `component` or `trial` of a node. */
export function componentTypeOf(node: Mapping, field: string, component: Mapping): Schema<unknown> {
  const name = node.type ?? defaultNodeType({ ...node, [field]: component });
  const type = typeof name === "string" ? lookUp(kinds, lower(name)) : undefined;
  const shape = type && shapesOf(type).find((fields) => Object.hasOwn(fields, field));
  return (shape?.[field] as Schema<unknown> | undefined) ?? anything;
}

/** Nodes whose type may be omitted. */
const typeOptional = [commandNode, sweepNode, parallelNode, sparkNode, importNode, pipelineNode];

const node: Schema<Mapping> = choice(
  (value, payload) => {
    if (!isMapping(value)) return wrongType(payload, "a mapping");
    const { type } = value;
    const name = type === undefined ? defaultNodeType(value) : type;
    const kind = typeof name === "string" ? lookUp(kinds, lower(name)) : undefined;
    return kind ?? wrongValue(payload, type, Object.keys(kinds), "type");
  },
  (convert) =>
    schemaByField("type", typedSchema(kinds, convert, lower, "type", aboutNodeType), {
      anyOf: typeOptional.map(convert),
    }),
);

/** Limits the size of the parsed job: an empty node of a dozen characters expands to a component with all defaults. */
const maxNodes = 5000;

/** Limits the time for suggestions, each of which searches all nodes for bindings. */
const maxRenamed = 20;

const nodeName = /^[a-z_][a-z\d_]*$/;

export const nodes: Schema<Readonly<Record<string, Mapping>>> = custom(
  (value, payload, context) => {
    if (!isMapping(value)) return wrongType(payload, "a mapping of nodes");
    const names = Object.keys(value);
    if (names.length > maxNodes)
      return addIssue(payload, "too_many", `has ${names.length} nodes; at most ${maxNodes} are allowed.`);
    const read: Record<string, Mapping> = Object.create(null);
    let wrongNames = 0;
    for (const name of names) {
      if (!nodeName.test(name)) {
        const fix = wrongNames++ < maxRenamed ? validName(name, value) : undefined;
        addIssue(payload, "wrong_key", wrongNodeName, { path: [name], fix });
      }
      const before = payload.issues.length;
      const parsed = parsePart(node, value[name], payload, context, name);
      if (payload.issues.length > before) explainNodeType(payload, before, name, value[name]);
      if (parsed !== undefined) read[name] = parsed;
    }
    return read;
  },
  (convert) => ({ type: "object", propertyNames: { pattern: nodeName.source }, additionalProperties: convert(node) }),
);

/** A valid name of a node, made of an invalid one, also in the bindings to it, unless another node has it. */
function validName(name: string, nodes: Mapping): Fix | undefined {
  const renameTo = name.toLowerCase().replaceAll(/[-.\s]+/g, "_");
  if (!nodeName.test(renameTo) || Object.hasOwn(nodes, renameTo)) return undefined;
  const bindings = renamedBindings(name, renameTo, nodes);
  if (bindings.length === 0) return { renameTo };
  return { up: 1, patch: [...bindings, { op: "move", from: pointer([name]), path: pointer([renameTo]) }] };
}

/** Replaces the issues of a node that has the fields of a node of another type by one issue of its type. */
function explainNodeType(payload: Payload, first: number, name: string, node: Value | undefined): void {
  if (!isMapping(node) || typeof node.type !== "string") return;
  const own = lookUp(kinds, lower(node.type));
  if (own === undefined || hasFieldsOf(own, node, isKnown)) return;
  const others = Object.entries(kinds).flatMap(([kind, type]) => (hasFieldsOf(type, node, isComplete) ? [kind] : []));
  if (others.length === 0) return;
  payload.issues.splice(first);
  const message = `is ${show(node.type)}, but the node has the fields of type ${others.join(" or ")}.`;
  const fix = others.length === 1 ? { replaceWith: others[0] } : undefined;
  addIssue(payload, "not_allowed", message, { path: [name, "type"], fix });
}

function hasFieldsOf(type: Schema<Mapping>, node: Mapping, test: (shape: Shape, node: Mapping) => boolean): boolean {
  return shapesOf(type).some((shape) => test(shape, node));
}

/** Whether a node has no other fields than these. */
function isKnown(shape: Shape, node: Mapping): boolean {
  return Object.keys(node).every((key) => Object.hasOwn(shape, key) || droppedFields.includes(key));
}

/** Whether a node has all required fields, and no unknown ones. */
function isComplete(shape: Shape, node: Mapping): boolean {
  return isKnown(shape, node) && requiredFields(shape).every((field) => Object.hasOwn(node, field));
}

const wrongNodeName = "is not a valid node name; expected lowercase letters, digits and _, not beginning with a digit.";
