/**
 * A node that runs on Spark: a component, or an inline spark job.
 * @see SparkSchema and PipelineSparkJobSchema of the SDK
 */

import { isMapping, type Mapping } from "../../../../yaml/value.ts";
import { readOnlyFields } from "../../../fields/base-fields.ts";
import { bindable } from "../../../fields/bindings.ts";
import { byField, listOf, mapOf } from "../../../schema/containers.ts";
import { transformed } from "../../../schema/custom.ts";
import {
  aboutArguments,
  aboutComponent,
  aboutComponentField,
  aboutComponentProperties,
  aboutComponentType,
  aboutCompute,
  aboutConf,
  aboutEntry,
  aboutIdentity,
  aboutIncludes,
  aboutMachine,
  aboutNodeOutputs,
  aboutNodeType,
  aboutRuntime,
} from "../../../schema/descriptions.ts";
import { enumOf } from "../../../schema/enums.ts";
import { fields } from "../../../schema/fields.ts";
import { anythingButNull, text, textOrNull, version } from "../../../schema/scalars.ts";
import { optional, required } from "../../../schema/schema.ts";
import { sparkJobShape, withSparkDefaults } from "../../spark/job.ts";
import {
  mergeConf,
  sparkConf,
  sparkEntry,
  sparkEnvironment,
  sparkFileLists,
  sparkInstanceTypes,
  sparkSettings,
} from "../../spark/spark-settings.ts";
import { componentField, componentFields, componentOf, componentOptions } from "../components/components.ts";
import { inheritedFrom } from "./command.ts";
import { componentNodeFields, nodeCompute, nodeIdentity, nodeOutputs, withoutDroppedFields } from "./node-fields.ts";

const sparkComponent = componentOf(
  "spark",
  fields(
    {
      ...componentFields,
      ...sparkSettings,
      type: optional(enumOf(["spark"]), aboutComponentType),
      properties: optional(mapOf(anythingButNull), aboutComponentProperties),
      additional_includes: optional(listOf(text), aboutIncludes),
    },
    componentOptions,
  ),
  { code: "." },
);

const componentNode = fields(
  {
    type: optional(enumOf(["spark"]), aboutNodeType),
    component: required(componentField(sparkComponent), aboutComponent),
    ...componentNodeFields,
    ...sparkFileLists,
    compute: optional(nodeCompute, aboutCompute),
    resources: optional(
      fields({
        instance_type: required(bindable(enumOf(sparkInstanceTypes)), aboutMachine),
        runtime_version: required(version, aboutRuntime),
      }),
      "Machines to run on if no compute is given.",
    ),
    identity: optional(nodeIdentity, aboutIdentity),
    entry: optional(sparkEntry, aboutEntry),
    conf: optional(sparkConf, aboutConf),
    args: optional(text, aboutArguments),
    // Fields of the component, which the SDK accepts on the node and ignores.
    environment: optional(sparkEnvironment, aboutComponentField),
    code: optional(textOrNull, aboutComponentField),
  },
  { unknown: "keep" },
);

const inlineJob = fields(
  {
    ...sparkJobShape,
    type: required(enumOf(["spark"]), aboutNodeType),
    outputs: optional(nodeOutputs, aboutNodeOutputs),
  },
  { readOnly: readOnlyFields, expected: "a node" },
);

/** Fields that a node has only from its component. */
const inherited = ["entry", "py_files", "jars", "files", "archives", "args", "environment"];

function withInheritedFields(node: Mapping): Mapping {
  const { code: _code, environment: _environment, ...own } = node;
  const { component } = own;
  if (!isMapping(component)) return own;
  const rest = Object.fromEntries(Object.entries(own).filter(([name]) => !inherited.includes(name)));
  const conf = mergeConf(isMapping(own.conf) ? own.conf : {}, isMapping(component.conf) ? component.conf : {});
  return { ...rest, ...inheritedFrom(component, inherited), ...(Object.keys(conf).length === 0 ? {} : { conf }) };
}

export const sparkNode = byField(
  "component",
  transformed<Mapping, Mapping>(componentNode, (node) => ({
    ...withSparkDefaults(withInheritedFields(withoutDroppedFields(node))),
    type: "spark",
  })),
  // The default code is the folder of the pipeline, as in the SDK.
  transformed<Mapping, Mapping>(inlineJob, (job) => ({ ...withSparkDefaults({ code: ".", ...job }), type: "spark" })),
);
