import type { Report } from "../../../../diagnostic.ts";
import { isMapping, type Mapping } from "../../../../yaml/value.ts";
import { parseFields } from "../../../schema/parse-fields.ts";
import { nodeInputs, nodeOutputs } from "../nodes/node-fields.ts";

/**
 * Checks the inputs and outputs of a node that its component does not declare, before they are removed from the node:
 * the schema of the node sees only the others.
 */
export function checkUndeclaredPorts(node: Mapping, component: Mapping, report: Report): void {
  for (const [field, schema] of [["inputs", nodeInputs] as const, ["outputs", nodeOutputs] as const]) {
    const given = node[field];
    const declared = component[field];
    if (!isMapping(given)) continue;
    const undeclared = Object.entries(given).filter(([name]) => !isMapping(declared) || !Object.hasOwn(declared, name));
    const { diagnostics = [] } = parseFields<unknown>(schema, Object.fromEntries(undeclared));
    for (const diagnostic of diagnostics) report({ ...diagnostic, path: [field, ...diagnostic.path] });
  }
}
