/** A node that runs on a spark pool: of a component, or a spark job written inline. @see SparkSchema and PipelineSparkJobSchema of the SDK */
import { isMapping, type Mapping } from "../yaml/value.ts";
import { bindable } from "./bindings.ts";
import { inheritedFrom } from "./command-node.ts";
import { componentField, componentFields, componentOf, componentOptions } from "./components.ts";
import { readOnlyFields } from "./fields.ts";
import { componentNodeFields, keptFields, nodeCompute, nodeIdentity, nodeOutputs } from "./node-fields.ts";
import { anything, fields, jsonSchema, listOf, mapOf, optional, type Piece, piece, readBy, text, textOrNull, version, word } from "./schema.ts";
import { mergedConf, sparkConf, sparkEntry, sparkEnvironment, sparkLists, sparkMachines, sparkSettings } from "./spark-fields.ts";
import { completedSpark, sparkJobShape } from "./spark-job.ts";

const sparkComponent = componentOf(
  "spark",
  fields(
    {
      ...componentFields,
      ...sparkSettings,
      type: optional(word(["spark"])),
      properties: optional(mapOf(anything)),
      additional_includes: optional(listOf(text)),
    },
    componentOptions,
  ),
  { code: "." },
);

const ofComponent = fields(
  {
    type: optional(word(["spark"])),
    component: componentField(sparkComponent),
    ...componentNodeFields,
    ...sparkLists,
    compute: optional(nodeCompute),
    resources: optional(fields({ instance_type: bindable(word(sparkMachines)), runtime_version: version })),
    identity: optional(nodeIdentity),
    entry: optional(sparkEntry),
    conf: optional(sparkConf),
    args: optional(text),
    // They belong to the component; the SDK reads them here and forgets them.
    environment: optional(sparkEnvironment),
    code: optional(textOrNull),
  },
  { unknown: "keep" },
);

const inline = fields({ ...sparkJobShape, type: word(["spark"]), outputs: optional(nodeOutputs) }, { readOnly: readOnlyFields, what: "a node" });

/** What a node has from its component only. */
const inherited = ["entry", "py_files", "jars", "files", "archives", "args", "environment"];

function ofItsComponent(node: Mapping): Mapping {
  const { code: _code, environment: _environment, ...own } = node;
  const { component } = own;
  if (!isMapping(component)) return own;
  const rest = Object.fromEntries(Object.entries(own).filter(([name]) => !inherited.includes(name)));
  const conf = mergedConf(isMapping(own.conf) ? own.conf : {}, isMapping(component.conf) ? component.conf : {});
  return { ...rest, ...inheritedFrom(component, inherited), ...(Object.keys(conf).length === 0 ? {} : { conf }) };
}

export const sparkNode: Piece<Mapping> = piece(
  (value, report) => {
    const isJob = !isMapping(value) || !Object.hasOwn(value, "component");
    const node = (readBy((isJob ? inline : ofComponent) as Piece<object>, value, report) ?? {}) as Mapping;
    // Without code of its own it has the folder of the pipeline, as in the SDK.
    return { ...completedSpark(isJob ? { code: ".", ...node } : ofItsComponent(keptFields(node))), type: "spark" };
  },
  () => ({ anyOf: [jsonSchema(ofComponent), jsonSchema(inline)] }),
);
