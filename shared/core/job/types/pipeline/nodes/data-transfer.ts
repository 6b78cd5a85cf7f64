/** Nodes that copy, import and export data. @see DataTransferCopySchema and its siblings in the SDK */

import { isMapping, type Mapping, type Value } from "../../../../yaml/value.ts";
import { baseFields, readOnlyFields } from "../../../fields/base-fields.ts";
import { bindable } from "../../../fields/bindings.ts";
import { inputs } from "../../../fields/inputs-outputs.ts";
import { byField, byType, listOf } from "../../../schema/containers.ts";
import { transformed } from "../../../schema/custom.ts";
import {
  aboutComponent,
  aboutCompute,
  aboutCopyMode,
  aboutNodeInputs,
  aboutNodeOutputs,
  aboutNodeType,
  aboutTransfer,
} from "../../../schema/descriptions.ts";
import { enumOf, lower } from "../../../schema/enums.ts";
import { fields } from "../../../schema/fields.ts";
import { addIssue, type Payload } from "../../../schema/issues.ts";
import { text } from "../../../schema/scalars.ts";
import { optional, required, type Schema } from "../../../schema/schema.ts";
import { componentField, copyComponent, dataCopyMode } from "../components/components.ts";
import { componentNodeFields, nodeCompute, nodeInputs, nodeOutputs, withoutDroppedFields } from "./node-fields.ts";

const aboutSystem = "Kind of the external system.";
const aboutConnection = "Workspace connection to the data: `azureml:NAME`.";
const aboutSource = "Source of the data.";
const aboutSink = "Destination of the data.";

const externalSystem = byType<Mapping>({
  database: fields({
    type: required(enumOf(["database"]), aboutSystem),
    connection: required(bindable(text), aboutConnection),
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
    type: required(enumOf(["file_system"]), aboutSystem),
    connection: required(bindable(text), aboutConnection),
    path: optional(bindable(text), "Path of the folder or file."),
  }),
});

const commonFields = {
  type: required(enumOf(["data_transfer"]), aboutNodeType),
  compute: optional(nodeCompute, aboutCompute),
};
const jobFields = { ...baseFields, ...commonFields };
const nodeFields = { ...commonFields, ...componentNodeFields };
const taskOf = (name: string): Schema<string> => required(enumOf([name]), aboutTransfer);

interface Task {
  readonly job: Schema<Mapping>;
  readonly node: Schema<Mapping>;
  /** The required name of its only input or output. */
  readonly singlePort?: readonly [field: "inputs" | "outputs", name: string];
  /** The built-in component of Azure ML for its kind of source or sink. */
  readonly builtin?: (node: Mapping) => string;
}

const registry = "azureml://registries/azureml/components";
const kindOf = (end: Value | undefined): string => (isMapping(end) ? String(end.type) : "");
const options = { readOnly: readOnlyFields, expected: "a node" } as const;

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
      { ...nodeFields, task: taskOf("copy_data"), component: required(componentField(copyComponent), aboutComponent) },
      { unknown: "keep" },
    ),
  },
  import_data: {
    job: fields(
      {
        ...jobFields,
        task: taskOf("import_data"),
        source: required(externalSystem, aboutSource),
        outputs: optional(nodeOutputs, aboutNodeOutputs),
      },
      options,
    ),
    node: fields(
      {
        ...nodeFields,
        task: taskOf("import_data"),
        source: required(externalSystem, aboutSource),
        component: required(componentField(undefined), aboutComponent),
      },
      { unknown: "keep" },
    ),
    singlePort: ["outputs", "sink"],
    builtin: ({ source }) => `${registry}/import_data_${kindOf(source)}/versions/0.0.1`,
  },
  export_data: {
    job: fields(
      {
        ...jobFields,
        task: taskOf("export_data"),
        sink: required(externalSystem, aboutSink),
        inputs: optional(nodeInputs, aboutNodeInputs),
      },
      options,
    ),
    node: fields(
      {
        ...nodeFields,
        task: taskOf("export_data"),
        sink: required(externalSystem, aboutSink),
        component: required(componentField(undefined), aboutComponent),
      },
      { unknown: "keep" },
    ),
    singlePort: ["inputs", "source"],
    builtin: ({ sink }) => `${registry}/export_data_${kindOf(sink)}/versions/0.0.1`,
  },
};

function nodeOf({ job, node, singlePort, builtin }: Task): Schema<Mapping> {
  const read = (given: Mapping, payload: Payload): Mapping => {
    const kept = { ...withoutDroppedFields(given), type: "data_transfer" };
    if (singlePort !== undefined) checkSinglePort(kept, singlePort, payload);
    return kept;
  };
  return byField(
    "component",
    transformed(node, read),
    transformed(job, (given, payload) => {
      const kept = read(given, payload);
      return builtin === undefined ? kept : { ...kept, component: builtin(kept) };
    }),
  );
}

export const dataTransferNode = byType<Mapping>(
  Object.fromEntries(Object.entries(tasks).map(([name, task]) => [name, nodeOf(task)])),
  lower,
  "task",
  aboutTransfer,
);

function checkSinglePort(node: Mapping, [field, name]: readonly [string, string], payload: Payload): void {
  const ports = node[field];
  if (!isMapping(ports)) return;
  const names = Object.keys(ports);
  if (names.length === 1 && names[0] === name) return;
  const problem = names.length === 0 ? "is empty" : `has ${names.join(", ")}`;
  addIssue(payload, "wrong_key", `${problem}; expected only ${name}.`, { path: [field] });
}
