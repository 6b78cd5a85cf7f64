import type { Report } from "../../../../diagnostic.ts";
import { isMapping, type Mapping, type Value } from "../../../../yaml/value.ts";
import { closest } from "../../../schema/closest.ts";
import { show } from "../../../schema/show.ts";
import { checkLiteral } from "./check-literal.ts";
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
    if (!isMapping(port)) reportUndeclared("input", name, declared, given, report);
    else if (isParameterType(port.type)) {
      checkLiteral(name, value, port, report);
      inputs[name] = value as Value;
    } else if (isMapping(value)) inputs[name] = value;
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
  const declared = isMapping(component.outputs) ? component.outputs : {};
  const given = isMapping(node.outputs) ? node.outputs : {};
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(declared, name)) outputs[name] = value as Value;
    else reportUndeclared("output", name, declared, given, report);
  }
  return outputs;
}

/**
 * Reports parameters of a sweep that its component does not declare, but that are close to an input without a value;
 * returns these inputs.
 */
export function reportMisspeltParameters(
  parameters: Mapping,
  node: Mapping,
  component: Mapping,
  report: Report,
): ReadonlySet<string> {
  const declared = isMapping(component.inputs) ? component.inputs : {};
  const given = { ...(isMapping(node.inputs) ? node.inputs : {}), ...parameters };
  const found = new Set<string>();
  for (const name of Object.keys(parameters)) {
    const guess = Object.hasOwn(declared, name) ? undefined : misspelt(name, declared, given);
    if (guess === undefined || !requiresValue(declared[guess])) continue;
    found.add(guess);
    report({
      code: "wrong_key",
      message: `is not an input of the component. Did you mean ${guess}?`,
      path: ["search_space", name],
      severity: "blocker",
      fix: { renameTo: guess },
    });
  }
  return found;
}

/** Warns about an input or output that the component does not declare; one that it requires may be misspelt. */
export function reportUndeclared(
  kind: "input" | "output",
  name: string,
  declared: Mapping,
  given: Mapping,
  report: Report,
): void {
  const guess = misspelt(name, declared, given);
  const isRequired = kind === "input" && guess !== undefined && requiresValue(declared[guess]);
  const ignored = isRequired ? "" : "; it is ignored";
  const advice = guess === undefined ? "." : `. Did you mean ${guess}?`;
  report({
    code: isRequired ? "wrong_key" : "ignored",
    message: `is not an ${kind} of the component${ignored}${advice}`,
    path: [`${kind}s`, name],
    severity: isRequired ? "blocker" : "warning",
    ...(guess === undefined ? {} : { fix: { renameTo: guess } }),
  });
}

/** The declared name without a value that an undeclared name is closest to. */
function misspelt(name: string, declared: Mapping, given: Mapping): string | undefined {
  return closest(
    name,
    Object.keys(declared).filter((known) => !Object.hasOwn(given, known)),
  );
}

function requiresValue(port: Value | undefined): boolean {
  return isMapping(port) && port.optional !== true && port.default === undefined;
}

/** Warns about required inputs of a component that have no value, unless a misspelt name was reported instead. */
export function checkMissingInputs(
  given: Mapping,
  declared: Mapping,
  isProvided: (input: string) => boolean,
  report: Report,
): void {
  const missing = Object.keys(declared).filter(
    (name) => !isProvided(name) && !Object.hasOwn(given, name) && requiresValue(declared[name]),
  );
  if (missing.length === 0) return;
  const undeclared = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
  const reported = new Set(undeclared.map((name) => misspelt(name, declared, given)));
  for (const name of missing) {
    if (reported.has(name)) continue;
    report({
      code: "incomplete",
      message: "is missing; the component requires it.",
      path: ["inputs", name],
      severity: "blocker",
    });
  }
}
