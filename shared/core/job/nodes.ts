/** The nodes of a pipeline, by their type. @see PipelineJobsField of the SDK */
import { isMapping, type Mapping } from "../yaml/value.ts";
import { automlNode } from "./automl-node.ts";
import { commandNode } from "./command-node.ts";
import { componentField, nodeResources } from "./components.ts";
import { doWhileNode, ifElseNode, parallelForNode } from "./control-flow-nodes.ts";
import { dataTransferNode } from "./data-transfer-node.ts";
import { importNode } from "./import-node.ts";
import { componentNodeFields, keptFields, nodeCompute } from "./node-fields.ts";
import { parallelNode } from "./parallel-node.ts";
import { reportWrong } from "./problems.ts";
import { anything, fields, jsonSchema, lookUp, lower, oneOf, optional, type Piece, piece, readBy, word, wrongWord } from "./schema.ts";
import { sparkNode } from "./spark-node.ts";
import { sweepNode } from "./sweep-node.ts";

const ofPipeline = fields(
  {
    type: word(["pipeline"]),
    component: componentField(undefined),
    ...componentNodeFields,
    compute: optional(nodeCompute),
    settings: optional(anything),
    resources: optional(nodeResources),
  },
  { unknown: "keep" },
);

/** A pipeline in a pipeline: registered, or in a file, because the SDK takes none that is written inline. */
const pipelineNode: Piece<Mapping> = piece(
  (value, report) => ({ ...keptFields((readBy(ofPipeline, value, report) ?? {}) as Mapping), type: "pipeline" }),
  () => jsonSchema(ofPipeline),
);

const kinds: Readonly<Record<string, Piece<Mapping>>> = {
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

/** The kind of a node that names none: the SDK takes the first kind that fits. */
function untyped(node: Mapping): string {
  const { component, trial } = node;
  if (isMapping(component) && typeof component.type === "string" && Object.hasOwn(kinds, component.type)) return component.type;
  if (component !== undefined || node.command !== undefined) return "command";
  if (trial !== undefined) return "sweep";
  if (node.source !== undefined) return "import";
  return Object.keys(node).length === 0 || node.task !== undefined || node.input_data !== undefined ? "parallel" : "command";
}

const node: Piece<Mapping> = oneOf<Mapping>(
  (value) => {
    if (!isMapping(value)) return undefined;
    const { type } = value;
    const name = type === undefined ? untyped(value) : type;
    return (typeof name === "string" ? lookUp(kinds, lower(name)) : undefined) ?? wrongWord(type, Object.keys(kinds), ["type"]);
  },
  "a mapping",
  Object.values(kinds),
);

const nodeName = /^[a-z_][a-z\d_]*$/;

export const nodes: Piece<Readonly<Record<string, Mapping>>> = piece(
  (value, report) => {
    const read: Record<string, Mapping> = Object.create(null);
    if (!isMapping(value)) {
      reportWrong(report, value, "a mapping of nodes");
      return read;
    }
    for (const name of Object.keys(value)) {
      if (!nodeName.test(name))
        report({ code: "wrong_key", message: "must be made of small letters, digits and _, and must not begin with a digit.", path: [name] });
      read[name] = readBy(node, value[name], report, [name]) as Mapping;
    }
    return read;
  },
  () => ({ type: "object", additionalProperties: jsonSchema(node) }),
);
