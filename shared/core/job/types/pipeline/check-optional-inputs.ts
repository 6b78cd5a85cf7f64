import type { Report } from "../../../diagnostic.ts";
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { parseBinding } from "../../fields/bindings.ts";
import { declaredPorts } from "./components/bound-ports.ts";

/**
 * Checks that no optional input of a pipeline is bound to an input that its node requires.
 * @see _validate_binding_inputs of the SDK
 */
export function checkOptionalInputs({ inputs, jobs }: Mapping, report: Report): void {
  const isOptional = (name: string): boolean => isMapping(inputs) && isOptionalPort(inputs[name]);
  for (const [node, value] of Object.entries(isMapping(jobs) ? jobs : {})) {
    if (!isMapping(value)) continue;
    for (const [port, name] of requiredBindings(value)) {
      if (!isOptional(name)) continue;
      report({
        code: "conflict",
        message: `is optional, but input ${port} of node ${node} is required. Make both optional, or none.`,
        path: ["inputs", name],
        severity: "blocker",
      });
    }
  }
}

/** The required inputs of a node that are bound to an input of the pipeline, with the name of that input. */
function requiredBindings(node: Mapping): readonly (readonly [string, string])[] {
  // The SDK does not check the trials of sweeps.
  const declared = isMapping(node.component) ? declaredPorts(node, "inputs") : undefined;
  if (!isMapping(declared) || !isMapping(node.inputs)) return [];
  return Object.entries(node.inputs).flatMap(([port, value]) => {
    if (!Object.hasOwn(declared, port) || isOptionalPort(declared[port])) return [];
    const text = isMapping(value) ? value.path : value;
    const binding = typeof text === "string" ? parseBinding(text) : undefined;
    return binding?.kind === "input" ? [[port, binding.name] as const] : [];
  });
}

function isOptionalPort(port: Value | undefined): boolean {
  return isMapping(port) && port.optional === true;
}
