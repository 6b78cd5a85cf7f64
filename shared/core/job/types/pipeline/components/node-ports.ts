import type { Report } from "../../../../diagnostic.ts";
import { isMapping, type Mapping, type Value } from "../../../../yaml/value.ts";
import { show } from "../../../schema/show.ts";
import { isParameterType } from "./component-ports.ts";

/**
 * Normalizes the inputs and outputs of a node by its component: undeclared ones are removed, as in the SDK, and a text
 * for a data input is its path. `isProvided` is true for inputs whose value is set by a loop or a sweep.
 */
export function nodePorts(
  node: Mapping,
  component: Mapping,
  isProvided: (input: string) => boolean,
  report: Report,
): Mapping {
  const inputs = declaredInputs(node, component, isProvided, report);
  const outputs = declaredOutputs(node, component, report);
  // The schema rejects values that are not mappings.
  const isValid = (ports: Value | undefined): boolean => ports === undefined || isMapping(ports);
  return { ...(isValid(node.inputs) ? { inputs } : {}), ...(isValid(node.outputs) ? { outputs } : {}) };
}

function declaredInputs(
  node: Mapping,
  component: Mapping,
  isProvided: (input: string) => boolean,
  report: Report,
): Mapping {
  const declared = isMapping(component.inputs) ? component.inputs : {};
  const given = isMapping(node.inputs) ? node.inputs : {};
  const inputs: Record<string, Value> = Object.create(null);
  for (const [name, value] of Object.entries(given)) {
    const port = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (!isMapping(port))
      report({
        code: "ignored",
        message: "is not an input of the component; it is ignored.",
        path: ["inputs", name],
        severity: "warning",
      });
    else if (isParameterType(port.type) || isMapping(value)) inputs[name] = value as Value;
    else if (typeof value === "string") inputs[name] = { path: value, type: port.type };
    else
      report({
        severity: "error",
        code: "wrong_type",
        message: `is ${show(value)}; expected a path or a mapping, because the component reads data here.`,
        path: ["inputs", name],
      });
  }
  checkMissingInputs(given, declared, isProvided, report);
  return inputs;
}

function declaredOutputs(node: Mapping, component: Mapping, report: Report): Mapping {
  const outputs: Record<string, Value> = Object.create(null);
  for (const [name, value] of Object.entries(isMapping(node.outputs) ? node.outputs : {})) {
    if (isMapping(component.outputs) && Object.hasOwn(component.outputs, name)) outputs[name] = value as Value;
    else
      report({
        code: "ignored",
        message: "is not an output of the component; it is ignored.",
        path: ["outputs", name],
        severity: "warning",
      });
  }
  return outputs;
}

/** Warns about required inputs of a component that have no value. */
export function checkMissingInputs(
  given: Mapping,
  declared: Mapping,
  isProvided: (input: string) => boolean,
  report: Report,
): void {
  for (const [name, port] of Object.entries(declared)) {
    if (
      isProvided(name) ||
      Object.hasOwn(given, name) ||
      !isMapping(port) ||
      port.optional === true ||
      port.default !== undefined
    )
      continue;
    report({
      code: "incomplete",
      message: "is missing; the component requires it.",
      path: ["inputs", name],
      severity: "blocker",
    });
  }
}
