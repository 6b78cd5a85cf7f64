/** A node that runs on a spark pool: of a component, or a spark job written inline. @see SparkSchema and PipelineSparkJobSchema of the SDK */
import { isMapping, type Mapping } from "../../../../yaml/value.ts";
import { readOnlyFields } from "../../../fields/base-fields.ts";
import { bindable } from "../../../fields/bindings.ts";
import { fields, listOf, mapOf, schemaByField } from "../../../schema/containers.ts";
import {
  aboutArguments,
  aboutComponent,
  aboutComponentProperties,
  aboutComponentType,
  aboutCompute,
  aboutConf,
  aboutEntry,
  aboutForgotten,
  aboutIdentity,
  aboutIncludes,
  aboutMachine,
  aboutNodeOutputs,
  aboutNodeType,
  aboutRuntime,
} from "../../../schema/descriptions.ts";
import { word } from "../../../schema/enums.ts";
import { anything, text, textOrNull, version } from "../../../schema/scalars.ts";
import { field, jsonSchema, optional, type Piece, piece, readBy } from "../../../schema/schema.ts";
import {
  mergeConf,
  sparkConf,
  sparkEntry,
  sparkEnvironment,
  sparkFileLists,
  sparkInstanceTypes,
  sparkSettings,
} from "../../spark/fields.ts";
import { sparkJobShape, withSparkDefaults } from "../../spark/job.ts";
import { componentField, componentFields, componentOf, componentOptions } from "../components/components.ts";
import { inheritedFrom } from "./command.ts";
import { componentNodeFields, nodeCompute, nodeIdentity, nodeOutputs, withoutDroppedFields } from "./node-fields.ts";

const sparkComponent = componentOf(
  "spark",
  fields(
    {
      ...componentFields,
      ...sparkSettings,
      type: optional(word(["spark"]), aboutComponentType),
      properties: optional(mapOf(anything), aboutComponentProperties),
      additional_includes: optional(listOf(text), aboutIncludes),
    },
    componentOptions,
  ),
  { code: "." },
);

const ofComponent = fields(
  {
    type: optional(word(["spark"]), aboutNodeType),
    component: field(componentField(sparkComponent), aboutComponent),
    ...componentNodeFields,
    ...sparkFileLists,
    compute: optional(nodeCompute, aboutCompute),
    resources: optional(
      fields({
        instance_type: field(bindable(word(sparkInstanceTypes)), aboutMachine),
        runtime_version: field(version, aboutRuntime),
      }),
      "Machines to run on if no compute is given.",
    ),
    identity: optional(nodeIdentity, aboutIdentity),
    entry: optional(sparkEntry, aboutEntry),
    conf: optional(sparkConf, aboutConf),
    args: optional(text, aboutArguments),
    // They belong to the component; the SDK reads them here and forgets them.
    environment: optional(sparkEnvironment, aboutForgotten),
    code: optional(textOrNull, aboutForgotten),
  },
  { unknown: "keep" },
);

const inline = fields(
  { ...sparkJobShape, type: field(word(["spark"]), aboutNodeType), outputs: optional(nodeOutputs, aboutNodeOutputs) },
  { readOnly: readOnlyFields, what: "a node" },
);

/** What a node has from its component only. */
const inherited = ["entry", "py_files", "jars", "files", "archives", "args", "environment"];

function ofItsComponent(node: Mapping): Mapping {
  const { code: _code, environment: _environment, ...own } = node;
  const { component } = own;
  if (!isMapping(component)) return own;
  const rest = Object.fromEntries(Object.entries(own).filter(([name]) => !inherited.includes(name)));
  const conf = mergeConf(isMapping(own.conf) ? own.conf : {}, isMapping(component.conf) ? component.conf : {});
  return { ...rest, ...inheritedFrom(component, inherited), ...(Object.keys(conf).length === 0 ? {} : { conf }) };
}

export const sparkNode: Piece<Mapping> = piece(
  (value, report) => {
    const isJob = !isMapping(value) || !Object.hasOwn(value, "component");
    const node = (readBy((isJob ? inline : ofComponent) as Piece<object>, value, report) ?? {}) as Mapping;
    // Without code of its own it has the folder of the pipeline, as in the SDK.
    return {
      ...withSparkDefaults(isJob ? { code: ".", ...node } : ofItsComponent(withoutDroppedFields(node))),
      type: "spark",
    };
  },
  () => schemaByField("component", jsonSchema(ofComponent), jsonSchema(inline)),
);
