/** A node that brings data into a workspace: of a component, or an import written inline. @see ImportSchema and PipelineImportJobSchema of the SDK */
import { isMapping, type Mapping } from "../yaml/value.ts";
import { componentOutput, sourceParameters } from "./component-ports.ts";
import { componentField, componentFields, componentOf, componentOptions } from "./components.ts";
import { readOnlyFields } from "./fields.ts";
import { importShape } from "./import-job.ts";
import { componentNodeFields, forgotten, keptFields, nodeInputs, nodeOutputs } from "./node-fields.ts";
import { fields, jsonSchema, optional, type Piece, piece, readBy, word } from "./schema.ts";

const { inputs: _inputs, outputs: _outputs, ...common } = componentFields;

const importComponent = componentOf(
  "import",
  fields({ ...common, type: optional(word(["import"])), source: sourceParameters, output: componentOutput }, componentOptions),
);

const ofComponent = fields(
  { ...componentNodeFields, type: optional(word(["import"])), component: componentField(importComponent), inputs: nodeInputs, outputs: nodeOutputs },
  { unknown: "keep" },
);

const inline = fields({ ...importShape, type: optional(word(["import"])) }, { readOnly: readOnlyFields, what: "a node" });

/** An import written inline stays one, and so keeps its description. */
function keptImport(job: Mapping): Mapping {
  return Object.fromEntries(Object.entries(job).filter(([name]) => name === "description" || !forgotten.includes(name)));
}

export const importNode: Piece<Mapping> = piece(
  (value, report) => {
    if (!isMapping(value) || !Object.hasOwn(value, "component")) return { ...keptImport((readBy(inline, value, report) ?? {}) as Mapping), type: "import" };
    return { ...keptFields((readBy(ofComponent, value, report) ?? {}) as Mapping), type: "import" };
  },
  () => ({ anyOf: [jsonSchema(ofComponent), jsonSchema(inline)] }),
);
