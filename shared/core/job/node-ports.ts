import { isMapping, type Mapping, type Value } from "../yaml/value.ts";
import type { Find } from "./checks.ts";
import { isParameterType } from "./component-ports.ts";

/**
 * Inputs and outputs of a node as its component declares them: others are dropped, as by the SDK, and data that is given as
 * text is a path. `comes` says of an input that something else gives it, a loop or a sweep.
 */
export function nodePorts(node: Mapping, component: Mapping, comes: (input: string) => boolean, find: Find): Mapping {
  const declared = isMapping(component.inputs) ? component.inputs : {};
  const given = isMapping(node.inputs) ? node.inputs : {};
  const inputs: Record<string, Value> = Object.create(null);
  for (const [name, value] of Object.entries(given)) {
    const port = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (!isMapping(port)) find({ code: "ignored", message: "is no input of the component.", path: ["inputs", name], blocks: false });
    else inputs[name] = typeof value === "string" && !isParameterType(port.type) ? { path: value, type: port.type } : (value as Value);
  }
  for (const [name, port] of Object.entries(declared)) {
    if (comes(name) || Object.hasOwn(given, name) || !isMapping(port) || port.optional === true || port.default !== undefined) continue;
    find({ code: "incomplete", message: "is missing; the component needs it.", path: ["inputs", name], blocks: true });
  }
  const outputs: Record<string, Value> = Object.create(null);
  for (const [name, value] of Object.entries(isMapping(node.outputs) ? node.outputs : {})) {
    if (isMapping(component.outputs) && Object.hasOwn(component.outputs, name)) outputs[name] = value as Value;
    else find({ code: "ignored", message: "is no output of the component.", path: ["outputs", name], blocks: false });
  }
  // What is no mapping is for the schema to refuse.
  const isTaken = (ports: Value | undefined): boolean => ports === undefined || isMapping(ports);
  return { ...(isTaken(node.inputs) ? { inputs } : {}), ...(isTaken(node.outputs) ? { outputs } : {}) };
}
