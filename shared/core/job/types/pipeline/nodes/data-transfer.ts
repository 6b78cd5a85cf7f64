/** Nodes that copy, import and export data. @see DataTransferCopySchema and its siblings in the SDK */
import { isMapping, type Mapping, type Value } from "../../../../yaml/value.ts";
import { baseFields, readOnlyFields } from "../../../fields/base-fields.ts";
import { bindable } from "../../../fields/bindings.ts";
import { inputs } from "../../../fields/inputs-outputs.ts";
import { byType, fields, listOf, lookUp, schemaByField, typedSchema } from "../../../schema/containers.ts";
import {
  aboutComponent,
  aboutCompute,
  aboutCopyMode,
  aboutNodeInputs,
  aboutNodeOutputs,
  aboutNodeType,
  aboutTransfer,
} from "../../../schema/descriptions.ts";
import type { Report } from "../../../schema/diagnostics.ts";
import { lower, word, wrongWord } from "../../../schema/enums.ts";
import { text } from "../../../schema/scalars.ts";
import { field, jsonSchema, optional, type Piece, piece, readBy } from "../../../schema/schema.ts";
import { componentField, copyComponent, dataCopyMode } from "../components/components.ts";
import { componentNodeFields, nodeCompute, nodeInputs, nodeOutputs, withoutDroppedFields } from "./node-fields.ts";

const aboutEnd = "Kind of the external system.";
const aboutConnection = "Workspace connection to the data: `azureml:NAME`.";
const aboutRead = "Source of the data.";
const aboutWritten = "Destination of the data.";

const place = byType<Mapping>({
  database: fields({
    type: field(word(["database"]), aboutEnd),
    connection: field(bindable(text), aboutConnection),
    table_name: optional(bindable(text), "Name of the table."),
    query: optional(bindable(text), "Query whose rows are read."),
    stored_procedure: optional(bindable(text), "Stored procedure whose rows are read."),
    stored_procedure_params: optional(
      listOf(
        fields({
          name: optional(text, "Name of the parameter."),
          value: optional(text, "Value of the parameter."),
          type: optional(text, "Type of the parameter."),
        }),
      ),
      "Parameters of the stored procedure.",
    ),
  }),
  file_system: fields({
    type: field(word(["file_system"]), aboutEnd),
    connection: field(bindable(text), aboutConnection),
    path: optional(bindable(text), "Path of the folder or file."),
  }),
});

const own = { type: field(word(["data_transfer"]), aboutNodeType), compute: optional(nodeCompute, aboutCompute) };
const jobFields = { ...baseFields, ...own };
const nodeFields = { ...own, ...componentNodeFields };
const taskOf = (name: string): Piece<string> => field(word([name]), aboutTransfer);

interface Task {
  readonly job: Piece<object>;
  readonly node: Piece<object>;
  /** The required name of its only input or output. */
  readonly only?: readonly [field: "inputs" | "outputs", name: string];
  /** The built-in component of Azure ML for its kind of source or sink. */
  readonly builtin?: (node: Mapping) => string;
}

const registry = "azureml://registries/azureml/components";
const kindOf = (end: Value | undefined): string => (isMapping(end) ? String(end.type) : "");
const options = { readOnly: readOnlyFields, what: "a node" } as const;

const tasks: Readonly<Record<string, Task>> = {
  copy_data: {
    job: fields(
      {
        ...jobFields,
        task: taskOf("copy_data"),
        data_copy_mode: optional(dataCopyMode, aboutCopyMode),
        inputs: optional(inputs, aboutNodeInputs),
        outputs: optional(nodeOutputs, aboutNodeOutputs),
      },
      options,
    ),
    node: fields(
      { ...nodeFields, task: taskOf("copy_data"), component: field(componentField(copyComponent), aboutComponent) },
      { unknown: "keep" },
    ),
  },
  import_data: {
    job: fields(
      {
        ...jobFields,
        task: taskOf("import_data"),
        source: field(place, aboutRead),
        outputs: optional(nodeOutputs, aboutNodeOutputs),
      },
      options,
    ),
    node: fields(
      {
        ...nodeFields,
        task: taskOf("import_data"),
        source: field(place, aboutRead),
        component: field(componentField(undefined), aboutComponent),
      },
      { unknown: "keep" },
    ),
    only: ["outputs", "sink"],
    builtin: ({ source }) => `${registry}/import_data_${kindOf(source)}/versions/0.0.1`,
  },
  export_data: {
    job: fields(
      {
        ...jobFields,
        task: taskOf("export_data"),
        sink: field(place, aboutWritten),
        inputs: optional(nodeInputs, aboutNodeInputs),
      },
      options,
    ),
    node: fields(
      {
        ...nodeFields,
        task: taskOf("export_data"),
        sink: field(place, aboutWritten),
        component: field(componentField(undefined), aboutComponent),
      },
      { unknown: "keep" },
    ),
    only: ["inputs", "source"],
    builtin: ({ sink }) => `${registry}/export_data_${kindOf(sink)}/versions/0.0.1`,
  },
};

export const dataTransferNode: Piece<Mapping> = piece(
  (value, report) => {
    const name = isMapping(value) && typeof value.task === "string" ? lower(value.task) : undefined;
    const task = name === undefined ? undefined : lookUp(tasks, name);
    if (!isMapping(value) || task === undefined) {
      report(wrongWord(isMapping(value) ? value.task : undefined, Object.keys(tasks), ["task"]));
      return {};
    }
    const isJob = !Object.hasOwn(value, "component");
    const node = withoutDroppedFields((readBy(isJob ? task.job : task.node, value, report) ?? {}) as Mapping);
    if (task.only !== undefined) checkOnly(node, task.only, report);
    return {
      ...node,
      ...(isJob && task.builtin !== undefined ? { component: task.builtin(node) } : {}),
      type: "data_transfer",
    };
  },
  () => {
    const schemas = Object.entries(tasks).map(([name, { node, job }]) => [
      name,
      schemaByField("component", jsonSchema(node), jsonSchema(job)),
    ]);
    return typedSchema(Object.fromEntries(schemas), lower, "task", aboutTransfer);
  },
);

function checkOnly(node: Mapping, [field, name]: readonly [string, string], report: Report): void {
  const ports = node[field];
  if (!isMapping(ports)) return;
  const names = Object.keys(ports);
  if (names.length === 1 && names[0] === name) return;
  report({
    code: "wrong_key",
    message: `has ${names.length === 0 ? "nothing" : names.join(", ")}; expected only ${name}.`,
    path: [field],
  });
}
