/** Nodes that copy, import and export data. @see DataTransferCopySchema and its likes in the SDK */
import { isMapping, type Mapping, type Value } from "../yaml/value.ts";
import { bindable } from "./bindings.ts";
import { componentField, copyComponent, dataCopyMode } from "./components.ts";
import { baseFields, readOnlyFields } from "./fields.ts";
import { inputs } from "./inputs-outputs.ts";
import { componentNodeFields, keptFields, nodeCompute, nodeInputs, nodeOutputs } from "./node-fields.ts";
import type { Report } from "./problems.ts";
import { byType, fields, jsonSchema, listOf, lookUp, optional, type Piece, piece, readBy, text, word, wrongWord } from "./schema.ts";

const place = byType<Mapping>({
  database: fields({
    type: word(["database"]),
    connection: bindable(text),
    table_name: optional(bindable(text)),
    query: optional(bindable(text)),
    stored_procedure: optional(bindable(text)),
    stored_procedure_params: optional(listOf(fields({ name: optional(text), value: optional(text), type: optional(text) }))),
  }) as unknown as Piece<Mapping>,
  file_system: fields({ type: word(["file_system"]), connection: bindable(text), path: optional(bindable(text)) }) as unknown as Piece<Mapping>,
});

const jobFields = { ...baseFields, type: word(["data_transfer"]), compute: optional(nodeCompute) };
const nodeFields = { type: word(["data_transfer"]), compute: optional(nodeCompute), ...componentNodeFields };

interface Task {
  readonly job: Piece<object>;
  readonly node: Piece<object>;
  /** Its one input or output must have this name. */
  readonly only?: readonly [field: "inputs" | "outputs", name: string];
  /** The component that Azure ML has for it, by what it reads from or writes to. */
  readonly builtin?: (node: Mapping) => string;
}

const registry = "azureml://registries/azureml/components";
const kindOf = (end: Value | undefined): string => (isMapping(end) ? String(end.type) : "");
const options = { readOnly: readOnlyFields, what: "a node" } as const;

const tasks: Readonly<Record<string, Task>> = {
  copy_data: {
    job: fields(
      { ...jobFields, task: word(["copy_data"]), data_copy_mode: optional(dataCopyMode), inputs: optional(inputs), outputs: optional(nodeOutputs) },
      options,
    ),
    node: fields({ ...nodeFields, task: word(["copy_data"]), component: componentField(copyComponent) }, { unknown: "keep" }),
  },
  import_data: {
    job: fields({ ...jobFields, task: word(["import_data"]), source: place, outputs: optional(nodeOutputs) }, options),
    node: fields({ ...nodeFields, task: word(["import_data"]), source: place, component: componentField(undefined) }, { unknown: "keep" }),
    only: ["outputs", "sink"],
    builtin: ({ source }) => `${registry}/import_data_${kindOf(source)}/versions/0.0.1`,
  },
  export_data: {
    job: fields({ ...jobFields, task: word(["export_data"]), sink: place, inputs: optional(nodeInputs) }, options),
    node: fields({ ...nodeFields, task: word(["export_data"]), sink: place, component: componentField(undefined) }, { unknown: "keep" }),
    only: ["inputs", "source"],
    builtin: ({ sink }) => `${registry}/export_data_${kindOf(sink)}/versions/0.0.1`,
  },
};

export const dataTransferNode: Piece<Mapping> = piece(
  (value, report) => {
    const name = isMapping(value) && typeof value.task === "string" ? value.task.toLowerCase() : undefined;
    const task = name === undefined ? undefined : lookUp(tasks, name);
    if (!isMapping(value) || task === undefined) {
      report(wrongWord(isMapping(value) ? value.task : undefined, Object.keys(tasks), ["task"]));
      return {};
    }
    const isJob = !Object.hasOwn(value, "component");
    const node = keptFields((readBy(isJob ? task.job : task.node, value, report) ?? {}) as Mapping);
    if (task.only !== undefined) checkOnly(node, task.only, report);
    return { ...node, ...(isJob && task.builtin !== undefined ? { component: task.builtin(node) } : {}), type: "data_transfer" };
  },
  () => ({ anyOf: Object.values(tasks).flatMap(({ node, job }) => [jsonSchema(node), jsonSchema(job)]) }),
);

function checkOnly(node: Mapping, [field, name]: readonly [string, string], report: Report): void {
  const ports = node[field];
  if (!isMapping(ports)) return;
  const names = Object.keys(ports);
  if (names.length === 1 && names[0] === name) return;
  report({ code: "wrong_key", message: `has ${names.length === 0 ? "nothing" : names.join(", ")}; expected ${name} and no other.`, path: [field] });
}
