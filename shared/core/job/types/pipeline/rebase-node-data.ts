import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import type { Rebase } from "../../checks/resolve-environment.ts";
import { isLocalDataPath } from "../../fields/references.ts";
import { isParameterType } from "./components/component-ports.ts";

/** Fields of an automl node that contain data. */
const dataFields = ["training_data", "validation_data", "test_data"];

/** A node whose local data paths are changed: those of its tables and inputs. */
export function rebaseNodeData(node: Mapping, rebase: Rebase): Mapping {
  const rebased: Record<string, Value | undefined> = Object.assign(Object.create(null), node);
  for (const field of dataFields) if (node[field] !== undefined) rebased[field] = rebaseInput(node[field], rebase);
  if (!isMapping(node.inputs)) return rebased;
  const inputs: Record<string, Value | undefined> = Object.create(null);
  for (const [name, input] of Object.entries(node.inputs))
    inputs[name] =
      typeof input === "string" && isData(node, name) ? rebaseText(input, rebase) : rebaseInput(input, rebase);
  return { ...rebased, inputs };
}

function rebaseInput(input: Value | undefined, rebase: Rebase): Value | undefined {
  if (!isMapping(input) || typeof input.path !== "string") return input;
  return { ...input, path: rebaseText(input.path, rebase) };
}

function rebaseText(path: string, rebase: Rebase): Value | undefined {
  return isLocalDataPath(path) ? rebase(path) : path;
}

/** Whether the component of a node declares an input as data, so that a text is a path. */
function isData({ component, trial }: Mapping, name: string): boolean {
  const declaring = component ?? trial;
  const inputs = isMapping(declaring) ? declaring.inputs : undefined;
  const port = isMapping(inputs) ? inputs[name] : undefined;
  return isMapping(port) && !isParameterType(port.type);
}
