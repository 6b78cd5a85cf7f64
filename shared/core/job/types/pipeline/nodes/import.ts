/**
 * A node that imports data into a workspace: a component, or an inline import.
 * @see ImportSchema and PipelineImportJobSchema of the SDK
 */

import type { Mapping } from "../../../../yaml/value.ts";
import { commandRunSettings, readOnlyFields } from "../../../fields/base-fields.ts";
import { byField } from "../../../schema/containers.ts";
import { transformed } from "../../../schema/custom.ts";
import {
  aboutComponent,
  aboutComponentType,
  aboutNodeInputs,
  aboutNodeOutputs,
  aboutNodeType,
} from "../../../schema/descriptions.ts";
import { enumOf } from "../../../schema/enums.ts";
import { fields } from "../../../schema/fields.ts";
import { optional, required } from "../../../schema/schema.ts";
import { importShape } from "../../import/job.ts";
import { componentOutput, sourceParameters } from "../components/component-ports.ts";
import { componentField, componentFields, componentOf, componentOptions } from "../components/components.ts";
import { componentNodeFields, droppedFields, nodeInputs, nodeOutputs, withoutDroppedFields } from "./node-fields.ts";

const { inputs: _inputs, outputs: _outputs, ...common } = componentFields;

const importComponent = componentOf(
  "import",
  fields(
    {
      ...common,
      type: optional(enumOf(["import"]), aboutComponentType),
      source: required(sourceParameters, "Parameters of the source: `type`, `connection`, `query` or `path`."),
      output: required(componentOutput, "Imported data."),
    },
    componentOptions,
  ),
);

const componentNode = fields(
  {
    ...componentNodeFields,
    type: optional(enumOf(["import"]), aboutNodeType),
    component: required(componentField(importComponent), aboutComponent),
    inputs: required(nodeInputs, aboutNodeInputs),
    outputs: required(nodeOutputs, aboutNodeOutputs),
  },
  { unknown: "keep" },
);

const inlineJob = fields(
  { ...importShape, type: optional(enumOf(["import"]), aboutNodeType) },
  { readOnly: readOnlyFields, removable: commandRunSettings, expected: "a node" },
);

/** An inline import is not converted to a component, so it keeps its description. */
function importWithoutDroppedFields(job: Mapping): Mapping {
  return Object.fromEntries(
    Object.entries(job).filter(([name]) => name === "description" || !droppedFields.includes(name)),
  );
}

export const importNode = byField(
  "component",
  transformed<Mapping, Mapping>(componentNode, (node) => ({ ...withoutDroppedFields(node), type: "import" })),
  transformed<Mapping, Mapping>(inlineJob, (job) => ({ ...importWithoutDroppedFields(job), type: "import" })),
);
