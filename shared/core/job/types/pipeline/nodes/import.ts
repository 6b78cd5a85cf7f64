/**
 * A node that imports data into a workspace: a component, or an inline import.
 * @see ImportSchema and PipelineImportJobSchema of the SDK
 */
import { isMapping, type Mapping } from "../../../../yaml/value.ts";
import { readOnlyFields } from "../../../fields/base-fields.ts";
import { fields, schemaByField } from "../../../schema/containers.ts";
import {
  aboutComponent,
  aboutComponentType,
  aboutNodeInputs,
  aboutNodeOutputs,
  aboutNodeType,
} from "../../../schema/descriptions.ts";
import { word } from "../../../schema/enums.ts";
import { field, jsonSchema, optional, type Piece, piece, readBy } from "../../../schema/schema.ts";
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
      type: optional(word(["import"]), aboutComponentType),
      source: field(sourceParameters, "Parameters of the source: `type`, `connection`, `query` or `path`."),
      output: field(componentOutput, "Imported data."),
    },
    componentOptions,
  ),
);

const componentNode = fields(
  {
    ...componentNodeFields,
    type: optional(word(["import"]), aboutNodeType),
    component: field(componentField(importComponent), aboutComponent),
    inputs: field(nodeInputs, aboutNodeInputs),
    outputs: field(nodeOutputs, aboutNodeOutputs),
  },
  { unknown: "keep" },
);

const inlineJob = fields(
  { ...importShape, type: optional(word(["import"]), aboutNodeType) },
  { readOnly: readOnlyFields, what: "a node" },
);

/** An inline import is not converted to a component, so it keeps its description. */
function importWithoutDroppedFields(job: Mapping): Mapping {
  return Object.fromEntries(
    Object.entries(job).filter(([name]) => name === "description" || !droppedFields.includes(name)),
  );
}

export const importNode: Piece<Mapping> = piece(
  (value, report) => {
    if (!isMapping(value) || !Object.hasOwn(value, "component"))
      return { ...importWithoutDroppedFields((readBy(inlineJob, value, report) ?? {}) as Mapping), type: "import" };
    return { ...withoutDroppedFields((readBy(componentNode, value, report) ?? {}) as Mapping), type: "import" };
  },
  () => schemaByField("component", jsonSchema(componentNode), jsonSchema(inlineJob)),
);
