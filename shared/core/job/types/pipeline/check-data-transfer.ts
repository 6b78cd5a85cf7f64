/** Checks of nodes that import and export data. @see _customized_validate of DataTransferImport and DataTransferExport */
import type { Report } from "../../../diagnostic.ts";
import { isMapping, type Mapping } from "../../../yaml/value.ts";
import { hasBinding } from "../../fields/bindings.ts";
import { show } from "../../schema/show.ts";

/** Types of the data by kind of external system. */
const importTypes: Mapping = { database: "mltable", file_system: "uri_folder" };
const exportTypes: Mapping = { database: "uri_file", file_system: "uri_folder" };

/** Checks the external system of a data transfer and the type of its only input or output. */
export function checkDataTransfer(node: Mapping, report: Report): void {
  if (node.task === "import_data") checkType(node, "source", "outputs", "sink", importTypes, report);
  if (node.task !== "export_data") return;
  const { sink, component } = node;
  // Only the built-in component is missing; another component may export to a file system.
  if (isMapping(sink) && sink.type === "file_system" && isBuiltin(component)) {
    report({
      code: "not_allowed",
      message: "is file_system, to which Azure ML cannot export yet; expected database.",
      path: ["sink", "type"],
      severity: "error",
    });
    return;
  }
  checkType(node, "sink", "inputs", "source", exportTypes, report);
}

function isBuiltin(component: unknown): boolean {
  return component === "azureml://registries/azureml/components/export_data_file_system/versions/0.0.1";
}

function checkType(
  node: Mapping,
  systemField: "source" | "sink",
  portField: "inputs" | "outputs",
  name: string,
  types: Mapping,
  report: Report,
): void {
  const [system, ports] = [node[systemField], node[portField]];
  const port = isMapping(ports) ? ports[name] : undefined;
  if (!isMapping(system) || !isMapping(port) || hasBinding(port.path)) return;
  const expected = types[String(system.type)];
  if (expected === undefined || port.type === expected) return;
  report({
    code: "not_allowed",
    message: `is ${show(port.type)}; expected ${show(expected)} for a ${String(system.type)}.`,
    path: [portField, name, "type"],
    severity: "blocker",
    fix: { replaceWith: expected },
  });
}
